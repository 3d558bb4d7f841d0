"""Reading infrastructure: administrators see that of their scope, tenants the datacenters opened to them."""

from django.apps import apps
from django.db import models
from django.db.models import Q

from tenants.reach import Reach

ENUMERATE = "PHYS_DC_ENUMERATE"
DETAILS = "PHYS_DC_RETRIEVE_DETAILS"
CREDENTIALS = "USERS_MANAGE_CREDENTIALS"


class DatacenterQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "DatacenterQuerySet":
        """Those of the scope for administrators of infrastructure, and those their enterprise may use."""
        usable = Q(pk__in=_opened(actor))
        return self.filter(_located(actor, "pk") | usable if ENUMERATE in actor.privileges else usable)

    def within_reach_of(self, actor) -> "DatacenterQuerySet":
        """Those of the actor's scope, which they may change; being allowed to use one is not enough."""
        return self.filter(_located(actor, "pk"))

    def usable_by(self, actor) -> "DatacenterQuerySet":
        """Locations where the actor's enterprise may create virtual datacenters."""
        return self.filter(pk__in=_opened(actor))


class WithinDatacenterQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "WithinDatacenterQuerySet":
        """What lies in locations of their scope for administrators of infrastructure, nothing for tenants."""
        if DETAILS not in actor.privileges:
            return self.none()
        return self.filter(_located(actor, "datacenter_id"))


class HostQuerySet(WithinDatacenterQuerySet):
    def reservable_for(self, enterprise_id: int) -> "HostQuerySet":
        """Those reserved for nobody that carry no machine of another enterprise."""
        claims = apps.get_model("infrastructure", "Claim").objects
        strangers = claims.exclude(enterprise_id=enterprise_id).order_by()
        return self.filter(reserved_for=None).exclude(pk__in=strangers.values("host_id"))


class HardwareProfileQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "HardwareProfileQuerySet":
        """Active profiles; administrators of infrastructure see the others as well."""
        return self if DETAILS in actor.privileges else self.filter(active=True)


class LocationLimitQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "LocationLimitQuerySet":
        """Limits of the enterprises the actor knows."""
        return self.filter(actor.knowing())


class CloudCredentialsQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "CloudCredentialsQuerySet":
        """Those of the enterprises the actor knows, for those who manage credentials."""
        return self.filter(actor.knowing()) if CREDENTIALS in actor.privileges else self.none()


def _opened(actor) -> models.QuerySet:
    limits = apps.get_model("infrastructure", "LocationLimit").objects
    return limits.filter(enterprise_id=actor.enterprise_id).values("datacenter_id")


def _located(actor, column: str) -> Q:
    if actor.location_reach == Reach.ALL:
        return Q(**{f"{column}__isnull": False})
    places = apps.get_model("infrastructure", "Datacenter").scopes.through.objects
    inside = places.filter(scope__ancestors__ancestor_id=actor.scope_id or 0)
    return Q(**{f"{column}__in": inside.values("datacenter_id")})
