"""What a scope reaches: its enterprises and its locations."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, NotFound
from tenants.models import Enterprise, Scope, User
from tenants.reach import Reach


def set_enterprises(actor: User, scope: Scope, enterprises: list[Enterprise]) -> dict[str, Any]:
    """Let the scope reach just these. What changed, as names.

    Raises NotFound (EN-0) for one the actor doesn't know, Conflict when one that goes has users with this
    scope (SCOPE-10), or has it as its default (SCOPE-13).
    """
    before = {each.pk: each for each in scope.enterprises.all()}
    wanted = {each.pk: each for each in enterprises}
    added, dropped = wanted.keys() - before.keys(), before.keys() - wanted.keys()
    if Enterprise.objects.visible_to(actor).filter(pk__in=added).count() < len(added):
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    _require_droppable(scope, dropped)
    scope.enterprises.add(*added)
    scope.enterprises.remove(*dropped)
    return _changes("enterprises", before, wanted)


def set_locations(actor: User, scope: Scope, locations: list[Any]) -> dict[str, Any]:
    """Let the scope reach just these datacenters. Raises NotFound (DC-0) for one beyond the actor's reach:
    that one may use a location does not make it one's own to hand on."""
    before = {each.pk: each for each in scope.datacenters.all()}
    wanted = {each.pk: each for each in locations}
    added = wanted.keys() - before.keys()
    if actor.location_reach != Reach.ALL:
        places = Scope.datacenters.through.objects.filter(scope__ancestors__ancestor=actor.scope_id or 0)
        if added - set(places.values_list("datacenter_id", flat=True)) or actor.location_reach == Reach.OWN:
            raise NotFound(_("There is no such datacenter."), code="DC-0")
    scope.datacenters.set(wanted.values())
    return _changes("locations", before, wanted)


def _require_droppable(scope: Scope, dropped: set[int]) -> None:
    user = User.objects.filter(scope=scope, enterprise__in=dropped).select_related("enterprise").first()
    if user is not None:
        raise Conflict(
            _("%(enterprise)s can't leave %(scope)s: its user %(nick)s has this scope.")
            % {"enterprise": user.enterprise, "scope": scope, "nick": user.nick},
            code="SCOPE-10",
            remedy=_("Give the user another scope first."),
        )
    enterprise = Enterprise.objects.filter(pk__in=dropped, default_scope=scope).first()
    if enterprise is not None:
        raise Conflict(
            _("%(enterprise)s can't leave %(scope)s: it is its default scope.")
            % {"enterprise": enterprise, "scope": scope},
            code="SCOPE-13",
            remedy=_("Give the enterprise another default scope first."),
        )


def _changes(field: str, before: dict[int, Any], after: dict[int, Any]) -> dict[str, Any]:
    if before.keys() == after.keys():
        return {}
    return {field: [sorted(map(str, before.values())), sorted(map(str, after.values()))]}
