"""A group of machines that belong together. Its state is derived from theirs (compute.states)."""

from django.db import models

from compute.models.virtual_datacenter import VirtualDatacenter
from compute.querysets import VirtualApplianceQuerySet
from core.models import Entity


class VirtualAppliance(Entity):
    """``restricted``: only who may see and manage restricted appliances sees or manages it.

    ``origin`` is the version of a blueprint that it was made of, or that was made of it.
    """

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.PROTECT, related_name="virtual_appliances"
    )
    virtual_datacenter = models.ForeignKey(
        VirtualDatacenter, on_delete=models.PROTECT, related_name="virtual_appliances"
    )
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    icon = models.CharField(max_length=64, default="", blank=True)
    origin = models.ForeignKey(
        "catalogue.BlueprintVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    restricted = models.BooleanField(default=False, db_index=True)

    objects = VirtualApplianceQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("virtual_datacenter", "name"), name="virtual_appliance_name")
        ]

    def __str__(self) -> str:
        return self.name
