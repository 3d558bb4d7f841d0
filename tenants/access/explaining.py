"""Explaining: the whole way to a decision, for the page that answers "why can / can't X do Y"."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Reason
from tenants.access import deciding
from tenants.access.places import Place, place_of
from tenants.reach import Reach


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``passed`` None: told, but it decides nothing here."""

    title: str
    passed: bool | None
    reason: Reason


def explain(actor: Any, privilege: str, thing: Any = None) -> tuple[Finding, ...]:
    """Everything ``may`` looks at, passed or not: account, networks, scope, restriction, roles, appliance.

    The actor may do it exactly when no finding is ``passed=False``.
    """
    place = place_of(thing)
    placed = place is not None and place.virtual_datacenter_id is not None
    findings = [
        _checked(_("Account"), deciding.not_active(actor, privilege, place), _("The account is active.")),
        _networks(actor),
    ]
    if place is not None and place.enterprise_id is not None:
        reason = deciding.not_reached(actor, privilege, place)
        findings.append(_checked(_("Scope"), reason, _reach_words(actor, place)))
    if placed or privilege in deciding.CONCERNS_ALL:
        findings.append(_restriction(actor, privilege, place))
    findings += _roles(actor, privilege, place)
    if placed:
        reason = deciding.not_managed(actor, privilege, place)
        findings.append(_checked(_("Restricted appliance"), reason, _appliance_words(place)))
    return tuple(findings)


def _checked(title: str, refusal: Reason | None, passed: str) -> Finding:
    return Finding(title, refusal is None, refusal or Reason("PASSED", passed))


def _networks(actor: Any) -> Finding:
    lists = [actor.allowed_networks, actor.role.allowed_networks]
    if actor.scope_id:
        lists.append(actor.scope.allowed_networks)
    told = "; ".join(", ".join(each) for each in lists if each)
    words = _("Sign-in is possible from anywhere.")
    if told:
        words = _("Sign-in is possible only from %(networks)s.") % {"networks": told}
    return Finding(_("Networks"), None, Reason("NETWORKS", words))


def _reach_words(actor: Any, place: Place) -> str:
    if place.enterprise_id == actor.enterprise_id:
        return _("It belongs to the user's own enterprise, %(name)s.") % {"name": actor.enterprise.name}
    if actor.scope is None:
        return ""
    if actor.reach == Reach.ALL:
        return _("The scope %(scope)s reaches every enterprise.") % {"scope": actor.scope.name}
    return _("Its enterprise lies in the scope %(scope)s or beneath it.") % {"scope": actor.scope.name}


def _restriction(actor: Any, privilege: str, place: Place | None) -> Finding:
    words = _("The user is not restricted to single virtual datacenters.")
    if actor.restricted:
        words = _("The user is restricted, but this virtual datacenter is open to them.")
    return _checked(_("Restriction"), deciding.not_open(actor, privilege, place), words)


def _roles(actor: Any, privilege: str, place: Place | None) -> list[Finding]:
    """The user's own role; where another one counts, that one decides."""
    there = actor.datacenter_roles.get(place.virtual_datacenter_id) if place else None
    own = _role(_("Role"), actor.role.name, privilege, privilege in actor.privileges)
    if there is None:
        return [own]
    instead = _role(
        _("Role in this virtual datacenter"), there.name, privilege, privilege in there.privileges
    )
    note = _("Another role counts in this virtual datacenter.")
    own = Finding(own.title, None, Reason("ROLE_REPLACED", f"{own.reason.message} {note}"))
    return [own, instead]


def _role(title: str, role: str, privilege: str, holds: bool) -> Finding:
    values = {"role": role, "privilege": privilege}
    if holds:
        return Finding(title, True, Reason("PRIVILEGE_HELD", _("%(role)s holds %(privilege)s.") % values))
    message = _("%(role)s does not hold %(privilege)s.") % values
    remedy = _("Give the user another role, or let the role hold it.")
    return Finding(title, False, Reason("PRIVILEGE_MISSING", message, remedy, values))


def _appliance_words(place: Place) -> str:
    if place.in_restricted_appliance:
        return _("The virtual appliance is restricted, and the role may manage those.")
    return _("It lies in no restricted virtual appliance.")
