"""A group of machines that belong together. Its state is derived from theirs (compute.states)."""

from django.db import models

from compute.models.virtual_datacenter import VirtualDatacenter
from core.models import Entity
from tenants.querysets import OwnedQuerySet


class VirtualAppliance(Entity):
    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.PROTECT, related_name="virtual_appliances"
    )
    virtual_datacenter = models.ForeignKey(
        VirtualDatacenter, on_delete=models.PROTECT, related_name="virtual_appliances"
    )
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    icon = models.CharField(max_length=64, default="", blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("virtual_datacenter", "name"), name="virtual_appliance_name")
        ]

    def __str__(self) -> str:
        return self.name
