"""Deciding: the checks in the order in which they are told; the first that fails is the reason.

What lies in a virtual datacenter is decided by the actor's role there. Without an object only the
actor's own role counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError, NotFound, PermissionRefused, Reason
from tenants.access.places import Place, place_of
from tenants.privilege_words import title_of

MANAGES_RESTRICTED = "VAPP_RESTRICTED_MANAGE"
GIVES_ROLES = frozenset({"USERS_MANAGE_USERS", "USERS_MANAGE_ROLES"})
LOOKING = frozenset(
    {"VAPP_RESTRICTED_VIEW", "VDC_ENUMERATE", "USERS_SHOW_METRICS", "EVENTLOG_VIEW_ENTERPRISE"}
)
HIDDEN = frozenset({"OUT_OF_REACH", "DATACENTER_NOT_OPEN"})
CONCERNS_ALL = frozenset({"VDC_MANAGE", "ENTERPRISE_SHOW_STATS_LIMITS", "ENTERPRISE_RESOURCE_SUMMARY_ENT"})


@dataclass(frozen=True)
class Decision:
    """``by_right``: a refusal for want of a right, not because of the state things are in."""

    allowed: bool
    reason: Reason | None = None
    by_right: bool = False

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


def may(actor: Any, privilege: str, thing: Any = None) -> Decision:
    """Whether the actor may do what takes this privilege to this thing.

    ``thing`` is a row, or a flat row with ``virtual_datacenter_id`` and ``virtual_appliance__restricted``.
    """
    place = place_of(thing)
    for check in (not_active, not_reached, not_open, not_granted, not_managed):
        reason = check(actor, privilege, place)
        if reason is not None:
            return Decision(False, reason, by_right=True)
    return ALLOWED


def possible(check: Callable[..., None], *arguments: Any) -> Decision:
    """What a check that raises would say, for buttons."""
    try:
        check(*arguments)
    except DomainError as error:
        return Decision(False, Reason(error.code, error.message, error.remedy), by_right=True)
    return ALLOWED


def may_somewhere(actor: Any, privilege: str) -> Decision:
    """Whether any of the actor's roles grants the privilege, for what offers a choice of places."""
    decision = may(actor, privilege)
    if not decision and actor.is_active and actor.holds_somewhere(privilege):
        return ALLOWED
    return decision


def require(actor: Any, privilege: str, thing: Any = None) -> None:
    """Raise PermissionRefused with the reason unless the actor may.

    NotFound for a thing they must not even know of: then whoever looked it up forgot to ask who asks.
    """
    decision = may(actor, privilege, thing)
    if decision:
        return
    if decision.reason.code in HIDDEN:
        raise NotFound(_("There is no such thing here, or you may not see it."))
    raise PermissionRefused(
        decision.reason.message, remedy=decision.reason.remedy, reasons=(decision.reason,)
    )


def not_active(actor: Any, _privilege: str, _place: Place | None) -> Reason | None:
    """Accounts that are switched off may nothing."""
    if actor.is_active:
        return None
    return Reason(
        "USER_INACTIVE", _("This account is switched off."), _("An administrator can switch it on again.")
    )


def not_reached(actor: Any, _privilege: str, place: Place | None) -> Reason | None:
    """Things of enterprises outside the actor's scope."""
    if place is None or place.enterprise_id is None or actor.reaches(place.enterprise_id):
        return None
    return Reason(
        "OUT_OF_REACH",
        _("It belongs to an enterprise outside your scope."),
        _("Ask an administrator of that enterprise."),
    )


def not_open(actor: Any, privilege: str, place: Place | None) -> Reason | None:
    """Things in virtual datacenters that a restricted user is kept out of, and what concerns all of them."""
    if not actor.restricted:
        return None
    if place is None or place.virtual_datacenter_id is None:
        return _kept_from_all(actor) if privilege in CONCERNS_ALL else None
    if place.virtual_datacenter_id in actor.open_datacenters:
        return None
    return Reason(
        "DATACENTER_NOT_OPEN",
        _("This account is restricted to some virtual datacenters, and this is not one of them."),
        _("Ask an administrator of %(enterprise)s to open it.") % {"enterprise": actor.enterprise.name},
    )


def _kept_from_all(actor: Any) -> Reason:
    return Reason(
        "USER_RESTRICTED",
        _("This account is restricted to some virtual datacenters, and this is about all or new ones."),
        _("Ask an administrator of %(enterprise)s.") % {"enterprise": actor.enterprise.name},
    )


def not_granted(actor: Any, privilege: str, place: Place | None) -> Reason | None:
    """What the role that counts for the thing does not hold."""
    if place is None or place.virtual_datacenter_id is None:
        if privilege in actor.privileges:
            return None
        return lacking(actor, privilege, actor.role.name)
    if privilege in actor.privileges_in(place.virtual_datacenter_id):
        return None
    return lacking(actor, privilege, actor.role_name_in(place.virtual_datacenter_id))


def not_managed(actor: Any, privilege: str, place: Place | None) -> Reason | None:
    """Changes in restricted appliances take a privilege of their own."""
    if place is None or place.virtual_datacenter_id is None or privilege in LOOKING:
        return None
    if MANAGES_RESTRICTED in actor.privileges_in(place.virtual_datacenter_id):
        return None
    if not place.in_restricted_appliance:
        return None
    role = actor.role_name_in(place.virtual_datacenter_id)
    return Reason(
        "APPLIANCE_RESTRICTED",
        _("Its virtual appliance is restricted, and your role %(role)s may only look at it.")
        % {"role": role},
        _("It takes the privilege %(privilege)s.") % {"privilege": MANAGES_RESTRICTED},
        {"role": role, "privilege": MANAGES_RESTRICTED},
    )


def lacking(actor: Any, privilege: str, role: str) -> Reason:
    """The reason for everybody whose role, or the token they use, does not hold the privilege."""
    if actor.limited_to is not None and privilege not in actor.limited_to:
        return Reason(
            "TOKEN_TOO_NARROW",
            _("This token was made without the privilege %(privilege)s.") % {"privilege": privilege},
            _("Use a token that has it, if your role does."),
            {"privilege": privilege},
        )
    return Reason(
        "PRIVILEGE_MISSING",
        _("Your role %(role)s lacks the privilege %(privilege)s (“%(title)s”).")
        % {"role": role, "privilege": privilege, "title": title_of(privilege)},
        _whom_to_ask(actor, privilege),
        {"role": role, "privilege": privilege},
    )


def _whom_to_ask(actor: Any, privilege: str) -> str:
    """Nobody gives what they do not hold: who gives roles themself needs somebody above."""
    if GIVES_ROLES & actor.privileges and privilege not in actor.privileges:
        return _("You can't give yourself rights that you do not hold: ask a cloud administrator.")
    return _("Ask an administrator of %(enterprise)s.") % {"enterprise": actor.enterprise.name}
