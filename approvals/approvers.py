"""Who may decide a request: who holds WORKFLOW_OVERRIDE, whom its rule names, and their deputies.

Reads only. Nobody decides what they asked for themselves, neither in person nor as somebody's deputy,
nor does a deputy decide what the person they stand in for asked for.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from approvals.models import ApprovalDelegation, ApprovalRequest, ApprovalRule
from core.prepared import Prepared
from events.restriction import SEES_RESTRICTED, is_restricted
from tenants.models import Role, User, VirtualDatacenterRestriction, VirtualDatacenterRole
from tenants.reach import ADMINISTER_ALL

OVERRIDE = "WORKFLOW_OVERRIDE"
MOST_TOLD = 50
_waiting = Prepared(lambda: ApprovalRequest.objects.waiting().order_by().values_list("id")[:1])


def anything_waits() -> bool:
    """Whether any request of anybody waits. When none does, who may decide need not be worked out."""
    return _waiting.first() is not None


def _too_narrow(actor: Any) -> bool:
    """Programs decide only when they were given the privilege for it, whoever's right it is."""
    return actor.limited_to is not None and OVERRIDE not in actor.limited_to


def represented_by(actor: Any) -> list[User]:
    """The active people for whom the actor stands in now."""
    given = ApprovalDelegation.objects.in_force(timezone.now()).filter(deputy_id=actor.pk)
    related = ("enterprise", "role", "scope")
    return list(
        User.objects.filter(pk__in=given.order_by().values("user_id"), is_active=True).select_related(
            *related
        )
    )


def entitled(actor: Any) -> Q:
    """Requests the actor may decide, in person or as a deputy, for ``decidable_by``."""
    if _too_narrow(actor):
        return Q(pk__in=())
    condition = entitled_in_person(actor)
    for person in represented_by(actor):
        condition |= entitled_in_person(person)
    return condition


def entitled_in_person(person: Any) -> Q:
    """Requests this one person may decide."""
    named = ApprovalRule.objects.filter(Q(approver_role_id=person.role_id) | Q(approvers=person.pk))
    chosen = _overriding(person) | Q(rule_id__in=named.order_by().values("id"))
    return chosen & person.reaching() & person.unrestricted() & ~Q(requester_id=person.pk)


def _overriding(person: Any) -> Q:
    """Where the person holds WORKFLOW_OVERRIDE: in some virtual datacenters another role may count."""
    there = person.datacenter_roles
    holding = [vdc for vdc, role in there.items() if OVERRIDE in role.privileges]
    if OVERRIDE not in person.privileges:
        return Q(virtual_datacenter_id__in=holding)
    without = [vdc for vdc in there if vdc not in holding]
    return ~Q(virtual_datacenter_id__in=without) | Q(virtual_datacenter_id=None) if without else Q(pk__gt=0)


def decides_for(actor: Any, request: ApprovalRequest) -> User | None:
    """For whom the actor decides: themselves, else the first they stand in for; None when they may not."""
    if _too_narrow(actor):
        return None
    mine = ApprovalRequest.objects.filter(pk=request.pk).exclude(requester_id=actor.pk)
    for person in (actor, *represented_by(actor)):
        if mine.visible_to(actor).filter(entitled_in_person(person)).exists():
            return person
    return None


def to_be_told(request: ApprovalRequest) -> list[User]:
    """Whom to write to: whom the rule names, else the enterprise's holders of WORKFLOW_OVERRIDE, else
    those who reach it from outside; and the deputies of all of them."""
    let_in = VirtualDatacenterRestriction.objects.filter(virtual_datacenter_id=request.virtual_datacenter_id)
    seeing = Q(restricted=False) | Q(pk__in=let_in.values("user_id"))
    if is_restricted(request.virtual_appliance_id):
        seeing &= _seeing_restricted(request.virtual_datacenter_id)
    active = User.objects.filter(seeing, is_active=True).exclude(pk=request.requester_id).exclude(email="")
    people = _named(request, active) or _inside(request, active) or _outside(request, active)
    deputies = ApprovalDelegation.objects.in_force(timezone.now()).filter(user__in=[p.pk for p in people])
    standing_in = active.filter(pk__in=deputies.order_by().values("deputy_id")).select_related("role")
    return _unique([*people, *standing_in])


def _named(request: ApprovalRequest, active) -> list[User]:
    rule = request.rule
    if rule is None:
        return []
    members = Q(role_id=rule.approver_role_id, enterprise_id=request.enterprise_id)
    by_role = members if rule.approver_role_id else Q(pk__in=())
    return list(active.filter(by_role | Q(pk__in=rule.approvers.values("pk")))[:MOST_TOLD])


def _inside(request: ApprovalRequest, active) -> list[User]:
    return list(active.filter(_holds(OVERRIDE), enterprise_id=request.enterprise_id)[:MOST_TOLD])


def _outside(request: ApprovalRequest, active) -> list[User]:
    reaching = Q(scope__unlimited=True) | Q(scope__descendants__descendant__enterprises=request.enterprise_id)
    return list(active.filter(_holds(OVERRIDE), _holds(ADMINISTER_ALL), reaching).distinct()[:MOST_TOLD])


def _seeing_restricted(virtual_datacenter_id: int | None) -> Q:
    """Who sees restricted appliances there, by the role that counts there."""
    there = VirtualDatacenterRole.objects.filter(virtual_datacenter_id=virtual_datacenter_id)
    holding = there.filter(role__privileges__name=SEES_RESTRICTED)
    usually = _holds(SEES_RESTRICTED) & ~Q(pk__in=there.values("user_id"))
    return usually | Q(pk__in=holding.values("user_id"))


def _holds(privilege: str) -> Q:
    return Q(role_id__in=Role.objects.filter(privileges__name=privilege).order_by().values("id"))


def _unique(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())
