"""Requests as people see them. Reads only."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.approvers import anything_waits, entitled
from approvals.models import ApprovalRequest, ApprovalRule

MANAGES_LIMITS = "USERS_MANAGE_ENTERPRISE"
SEES_HOSTS = "PHYS_DC_RETRIEVE_DETAILS"
MOST_COUNTED = 100
HOSTS = ("host", "datastore", "host_reason", "rejected_hosts", "outranked_hosts")


def waiting_for(actor: Any) -> QuerySet[ApprovalRequest]:
    """What the actor may decide now."""
    return ApprovalRequest.objects.visible_to(actor).decidable_by(actor, entitled(actor))


def number_waiting_for(actor: Any) -> int:
    """How much the actor may decide now, up to what fits a badge."""
    return waiting_for(actor).order_by()[:MOST_COUNTED].count() if anything_waits() else 0


def waiting_on(actor: Any, operation_id: Any) -> dict[str, Any] | None:
    """The request an operation waits on, for the page of its machine."""
    requests = ApprovalRequest.objects.visible_to(actor).waiting().filter(operation_id=operation_id)
    request = requests.select_related("rule__approver_role").first()
    return None if request is None else {"request": request, "whom": whom(request.rule)}


def whom(rule: ApprovalRule | None) -> str:
    """Who is asked, in words: a role, people, or everybody who may."""
    if rule is not None and rule.approver_role is not None:
        return _("the role %(role)s") % {"role": rule.approver_role.name}
    people = [person.full_name for person in rule.approvers.all()[:5]] if rule is not None else []
    return ", ".join(people) or _("an administrator")


def plan_for(actor: Any, request: ApprovalRequest) -> dict[str, Any]:
    """The plan as this actor may see it: numbers of all levels and hosts only for those who know them."""
    plan, private = dict(request.plan), request.private_plan
    if MANAGES_LIMITS in actor.privileges and "limits" in private:
        plan["limits"] = private["limits"]
    if SEES_HOSTS in actor.privileges:
        plan |= {name: private[name] for name in HOSTS if name in private}
    return plan
