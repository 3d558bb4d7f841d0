"""Who is written to when the time is over for which a soft limit might be passed."""

import logging
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import lazy

from approvals.models import ApprovalRequest
from core.errors import DomainError
from core.ui.amounts import size_text
from notifications.services import send_mail
from tenants.limits.wording import THINGS, details_shown
from tenants.models import LimitLease, Role, User, VirtualDatacenterRestriction
from tenants.reach import ADMINISTER_ALL

ADMINISTERS = "USERS_MANAGE_USERS"
MOST_TOLD = 50
logger = logging.getLogger(__name__)


def tell_of_end(lease: LimitLease, passed: list[dict[str, Any]]) -> None:
    """Write to who asked, who approved it and the enterprise's administrators (those who reach it from
    outside when it has none), once about each thing that is still passed.

    ``passed``: lines of limits with what is in use now. Somebody whose address is no good hinders nobody.
    """
    lines = {line["resource"]: line for line in reversed(passed)}.values()
    for person in _people(lease):
        for line in lines:
            try:
                send_mail(
                    template="limit_lease_expired",
                    to=person,
                    context=_context(lease, line, person),
                    enterprise=lease.enterprise,
                )
            except DomainError as error:
                logger.warning("no mail to user %s about lease %s: %s", person.pk, lease.pk, error.code)


def _people(lease: LimitLease) -> list[User]:
    let_in = VirtualDatacenterRestriction.objects.filter(virtual_datacenter_id=lease.virtual_datacenter_id)
    seeing = Q(restricted=False) | Q(pk__in=let_in.values("user_id"))
    active = User.objects.filter(seeing, is_active=True).exclude(email="").select_related("role", "scope")
    involved = active.filter(pk__in=[pk for pk in (lease.actor_id, _approver_of(lease)) if pk])
    inside = active.filter(_holds(ADMINISTERS), enterprise_id=lease.enterprise_id)
    reaching = Q(scope__unlimited=True) | Q(scope__descendants__descendant__enterprises=lease.enterprise_id)
    outside = active.filter(_holds(ADMINISTERS), _holds(ADMINISTER_ALL), reaching).distinct()
    administrators = list(inside[:MOST_TOLD]) or list(outside[:MOST_TOLD])
    return list({person.pk: person for person in (*involved, *administrators)}.values())


def _approver_of(lease: LimitLease) -> int | None:
    decided = ApprovalRequest.objects.filter(operation_id=lease.operation_id, status="approved")
    return decided.values_list("decided_by_id", flat=True).first()


def _holds(privilege: str) -> Q:
    return Q(role_id__in=Role.objects.filter(privileges__name=privilege).order_by().values("id"))


def _context(lease: LimitLease, line: dict[str, Any], person: User) -> dict[str, Any]:
    """Numbers of an enterprise and its locations are the provider's to know."""
    inner = line["level"] == "virtual_datacenter" and details_shown("soft")
    told = inner or person.sees_all_enterprises
    return {
        "resource": THINGS[line["resource"]],
        "place": line["level_name"],
        "used": _amount_lazily(line["resource"], line["used"]) if told else "",
        "limit": _amount_lazily(line["resource"], line["soft"]) if told else "",
        "link": settings.ATRIUM_PUBLIC_URL + reverse("limits:enterprise", args=[lease.enterprise_id]),
    }


def _amount(resource: str, amount: int) -> str:
    return size_text(amount) if resource.endswith("_mib") else str(amount)


# Written in the language of whoever reads it.
_amount_lazily = lazy(_amount, str)
