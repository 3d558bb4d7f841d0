"""Reading infrastructure: administrators see all of it, tenants the datacenters opened to them."""

from django.db import models

ENUMERATE = "PHYS_DC_ENUMERATE"
DETAILS = "PHYS_DC_RETRIEVE_DETAILS"


class DatacenterQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "DatacenterQuerySet":
        """All for administrators of infrastructure, else those the actor's enterprise may use."""
        return self if ENUMERATE in actor.privileges else self.usable_by(actor)

    def usable_by(self, actor) -> "DatacenterQuerySet":
        """Locations where the actor's enterprise may create virtual datacenters."""
        return self.filter(enterprises=actor.enterprise_id)


class WithinDatacenterQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "WithinDatacenterQuerySet":
        """Everything for administrators of infrastructure, nothing for tenants."""
        return self if DETAILS in actor.privileges else self.none()


class HardwareProfileQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "HardwareProfileQuerySet":
        """Active profiles; administrators of infrastructure see the others as well."""
        return self if DETAILS in actor.privileges else self.filter(active=True)
