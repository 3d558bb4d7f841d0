"""Creating, changing and removing the rules of an enterprise."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.models import LONGEST_HOURS, ApprovalRule, Condition, Kind
from approvals.outbound import address_problem
from core.errors import Invalid, NotFound
from events.services import record_event
from tenants.access import require
from tenants.models import Enterprise, Role, User

MANAGE = "USERS_MANAGE_ENTERPRISE"
COMPARING = (Condition.COST, Condition.VCPUS)
NAME_LENGTH = 128
MOST_THRESHOLD = Decimal(10) ** 9
FIELDS = (
    "name",
    "enabled",
    "position",
    "kinds",
    "condition",
    "threshold",
    "approver_role",
    "expires_after_hours",
    "external_url",
)


@transaction.atomic
def create_rule(*, actor: Any, enterprise: Enterprise, **fields: Any) -> ApprovalRule:
    """A new rule. ``fields`` are those of ApprovalRule, with ``approvers`` a list of users.

    Raises PermissionRefused, NotFound (a foreign enterprise, role or user), Invalid.
    """
    require(actor, MANAGE)
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    rule = ApprovalRule(enterprise=enterprise, kinds=list(Kind.values))
    _write(actor, rule, fields)
    record_event(kind="approval_rule.created", subject=rule, actor=actor, changes=_changes({}, rule))
    return rule


@transaction.atomic
def update_rule(*, actor: Any, rule_id: int, **fields: Any) -> ApprovalRule:
    """Change what is given; requests that wait are decided by whom the rule names from now on."""
    rule = _locked(actor, rule_id)
    before = _facts(rule)
    _write(actor, rule, fields)
    record_event(kind="approval_rule.changed", subject=rule, actor=actor, changes=_changes(before, rule))
    return rule


@transaction.atomic
def delete_rule(*, actor: Any, rule_id: int) -> None:
    """Requests that wait by it are left to the holders of WORKFLOW_OVERRIDE."""
    rule = _locked(actor, rule_id)
    record_event(kind="approval_rule.deleted", subject=rule, actor=actor)
    rule.delete()


def _locked(actor: Any, rule_id: int) -> ApprovalRule:
    require(actor, MANAGE)
    rule = ApprovalRule.objects.visible_to(actor).select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound(_("There is no such approval rule."))
    return rule


def _write(actor: Any, rule: ApprovalRule, fields: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(rule, name, fields[name])
    _check_shape(rule)
    _check_people(actor, rule, fields.get("approvers"))
    rule.save()
    if fields.get("approvers") is not None:
        rule.approvers.set(fields["approvers"])


def _check_shape(rule: ApprovalRule) -> None:
    rule.name = str(rule.name or "").strip()
    if not 0 < len(rule.name) <= NAME_LENGTH:
        raise Invalid(_("A rule's name has 1 to %(most)s characters.") % {"most": NAME_LENGTH})
    if not rule.kinds or set(rule.kinds) - set(Kind.values):
        raise Invalid(_("A rule is about at least one of: %(kinds)s.") % {"kinds": ", ".join(Kind.values)})
    if rule.condition not in Condition.values:
        raise Invalid(_("A rule's condition is one of: %(all)s.") % {"all": ", ".join(Condition.values)})
    rule.threshold = _threshold(rule.threshold) if rule.condition in COMPARING else None
    if not 1 <= int(rule.expires_after_hours or 0) <= LONGEST_HOURS:
        raise Invalid(_("A request waits 1 to %(most)s hours.") % {"most": LONGEST_HOURS})
    problem = address_problem(rule.external_url) if rule.external_url else ""
    if problem:
        raise Invalid(problem)


def _threshold(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number < MOST_THRESHOLD):
        raise Invalid(
            _("This condition compares with a number from 0 to %(most)s.") % {"most": MOST_THRESHOLD}
        )
    return number


def _check_people(actor: Any, rule: ApprovalRule, approvers: Any) -> None:
    """Whom a rule names is known to who writes it; a foreign one looks like one that does not exist."""
    role = rule.approver_role
    if role is not None and not Role.objects.visible_to(actor).filter(pk=role.pk).exists():
        raise NotFound(_("There is no such role."), code="ROLE-0")
    wanted = {user.pk for user in approvers or ()}
    if User.objects.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise NotFound(_("There is no such user."), code="USER-0")


def _facts(rule: ApprovalRule) -> dict[str, str]:
    facts = {name: str(getattr(rule, name)) for name in FIELDS}
    people = rule.approvers.order_by("nick").values_list("nick", flat=True) if rule.pk else ()
    return facts | {"approvers": ", ".join(people)}


def _changes(before: dict[str, str], rule: ApprovalRule) -> dict[str, list[str]]:
    after = _facts(rule)
    return {name: [before.get(name, ""), value] for name, value in after.items() if before.get(name) != value}
