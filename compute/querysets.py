"""Reading virtual datacenters, virtual appliances and machines."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from events.restriction import SEES_RESTRICTED
from operations.models import Operation
from tenants.querysets import OwnedQuerySet


class VirtualDatacenterQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "pk"


class VirtualApplianceQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "virtual_datacenter_id"

    def visible_to(self, actor) -> "VirtualApplianceQuerySet":
        """As everything owned; restricted ones take a privilege of their own."""
        seen = super().visible_to(actor)
        blind = actor.without(SEES_RESTRICTED)
        return seen if blind is None else seen.exclude(Q(restricted=True) & blind)


class VirtualMachineQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "virtual_datacenter_id"

    def visible_to(self, actor) -> "VirtualMachineQuerySet":
        """As everything owned; those in restricted appliances take a privilege of their own."""
        seen = super().visible_to(actor)
        blind = actor.without(SEES_RESTRICTED)
        if blind is None:
            return seen
        hidden = apps.get_model("compute", "VirtualAppliance").objects.filter(Q(restricted=True) & blind)
        return seen.filter(~Q(virtual_appliance_id__in=hidden.values("pk")))

    def with_locked(self) -> "VirtualMachineQuerySet":
        """Adds ``locked``: an active operation owns the machine."""
        owned = Operation.objects.holding("virtual_machine", OuterRef("pk"))
        return self.annotate(locked=Exists(owned))
