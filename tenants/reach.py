"""How far somebody sees: their own enterprise, those of their scope and the scopes beneath it, or all.

An actor answers ``reaching`` and ``unrestricted`` with conditions for querysets of any package; they
look at nothing of the actor but its reach and its ids, so that a query can be compiled once for many.
"""

from enum import StrEnum

from django.apps import apps
from django.db.models import Q


class Reach(StrEnum):
    OWN = "own"
    SCOPE = "scope"
    ALL = "all"


ADMINISTER_ALL = "ENTERPRISE_ADMINISTER_ALL"
LOCATE = frozenset({"PHYS_DC_ENUMERATE", "PHYS_DC_RETRIEVE_DETAILS"})
KNOW_OTHERS = frozenset({ADMINISTER_ALL, "ENTERPRISE_ENUMERATE", "USERS_MANAGE_OTHER_ENTERPRISES"})


class ReachingActor:
    """Conditions of visibility. Needs ``reach``, ``tenant_reach``, ``location_reach``, ``restricted``,
    ``overridden``, ``limited_to``, ``privileges``, ``pk``, ``enterprise_id`` and ``scope_id``."""

    def reaching(self, column: str = "enterprise_id") -> Q:
        """Rows whose enterprise (the id in ``column``) owns things the actor may see."""
        return _within(self, self.reach, column)

    def knowing(self, column: str = "enterprise_id") -> Q:
        """Rows about enterprises (the id in ``column``) the actor knows and perhaps manages."""
        return _within(self, self.tenant_reach, column)

    def unrestricted(self, column: str = "virtual_datacenter_id") -> Q:
        """Rows in virtual datacenters (the id in ``column``) the user is not kept out of."""
        if not self.restricted:
            return Q()
        restriction = apps.get_model("tenants", "VirtualDatacenterRestriction")
        opened = restriction.objects.filter(user_id=self.pk).values("virtual_datacenter_id")
        return Q(**{f"{column}__in": opened})

    def without(self, privilege: str, column: str = "virtual_datacenter_id") -> Q | None:
        """Rows in virtual datacenters (the id in ``column``) in which the user's role lacks the privilege;
        None when there are none."""
        if self.limited_to is not None and privilege not in self.limited_to:
            return Q()
        held = privilege in self.privileges
        if not self.overridden:
            return None if held else Q()
        there = apps.get_model("tenants", "VirtualDatacenterRole").objects.filter(user_id=self.pk)
        if held:
            lacking = there.exclude(role__privileges__name=privilege)
            return Q(**{f"{column}__in": lacking.values("virtual_datacenter_id")})
        holding = there.filter(role__privileges__name=privilege)
        return ~Q(**{f"{column}__in": holding.values("virtual_datacenter_id")})


def _within(actor, reach: Reach, column: str) -> Q:
    if reach == Reach.ALL:
        return Q()
    own = Q(**{column: actor.enterprise_id})
    if reach == Reach.OWN:
        return own
    members = apps.get_model("tenants", "Scope").enterprises.through
    inside = members.objects.filter(scope__ancestors__ancestor_id=actor.scope_id).values("enterprise_id")
    return own | Q(**{f"{column}__in": inside})
