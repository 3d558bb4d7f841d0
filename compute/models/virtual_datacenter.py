"""The tenant's share of a location."""

from django.db import models

from compute.querysets import VirtualDatacenterQuerySet
from contracts.vocabulary import HypervisorType
from core.models import AllocationLimits, Entity


class VirtualDatacenter(Entity, AllocationLimits):
    """Machines here run on one hypervisor type; there is always exactly one default network."""

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.PROTECT, related_name="virtual_datacenters"
    )
    datacenter = models.ForeignKey(
        "infrastructure.Datacenter", on_delete=models.PROTECT, related_name="virtual_datacenters"
    )
    hypervisor_type = models.CharField(max_length=16, choices=[(t.value, t.value) for t in HypervisorType])
    name = models.CharField(max_length=128)

    objects = VirtualDatacenterQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("enterprise", "name"), name="virtual_datacenter_name")]

    def __str__(self) -> str:
        return self.name
