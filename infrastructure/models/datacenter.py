"""A location of ours and the remote services that work there."""

from django.db import models

from core.models import Entity, LocationLimits
from infrastructure.querysets import DatacenterQuerySet, LocationLimitQuerySet, WithinDatacenterQuerySet


class RemoteServiceType(models.TextChoices):
    """Names of the REST dialect."""

    VIRTUAL_FACTORY = "VIRTUAL_FACTORY"
    VIRTUAL_SYSTEM_MONITOR = "VIRTUAL_SYSTEM_MONITOR"
    NODE_COLLECTOR = "NODE_COLLECTOR"
    STORAGE_SYSTEM_MONITOR = "STORAGE_SYSTEM_MONITOR"
    APPLIANCE_MANAGER = "APPLIANCE_MANAGER"
    BPM_SERVICE = "BPM_SERVICE"
    DHCP_SERVICE = "DHCP_SERVICE"
    REMOTE_ACCESS = "REMOTE_ACCESS"


class Datacenter(Entity):
    """``uuid`` forms the names of its queues; ``key`` signs what the server asks of its console relay.

    ``enterprises`` may deploy here (a private datacenter serves whom it is opened to), each within its
    location limit; administrators of ``scopes`` know it.
    """

    name = models.CharField(max_length=128, unique=True)
    location = models.CharField(max_length=128, default="", blank=True)
    key = models.CharField(max_length=128, default="", editable=False)
    enterprises = models.ManyToManyField(
        "tenants.Enterprise", through="infrastructure.LocationLimit", related_name="datacenters", blank=True
    )
    scopes = models.ManyToManyField("tenants.Scope", related_name="datacenters", blank=True)

    objects = DatacenterQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class LocationLimit(Entity, LocationLimits):
    """That an enterprise may use a location, and how much of it."""

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.CASCADE, related_name="location_limits"
    )
    datacenter = models.ForeignKey(Datacenter, on_delete=models.CASCADE, related_name="location_limits")

    objects = LocationLimitQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("enterprise", "datacenter"), name="one_limit_at_location")
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} in {self.datacenter}"


class RemoteService(Entity):
    """One remote service of a datacenter. ``uri`` is where it listens, empty if it only reads a queue."""

    datacenter = models.ForeignKey(Datacenter, on_delete=models.CASCADE, related_name="remote_services")
    type = models.CharField(max_length=32, choices=RemoteServiceType)
    uri = models.CharField(max_length=255, default="", blank=True)
    last_seen_at = models.DateTimeField(null=True, editable=False)

    objects = WithinDatacenterQuerySet.as_manager()

    class Meta:
        ordering = ("type",)
        constraints = [models.UniqueConstraint(fields=("datacenter", "type"), name="one_service_of_a_type")]

    def __str__(self) -> str:
        return f"{self.get_type_display()} in {self.datacenter}"


class NetworkServiceType(Entity):
    """The label of a physical network; each host NIC and each VLAN belongs to one."""

    datacenter = models.ForeignKey(Datacenter, on_delete=models.CASCADE, related_name="network_service_types")
    name = models.CharField(max_length=128)
    is_default = models.BooleanField(default=False)

    objects = WithinDatacenterQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("datacenter", "name"), name="network_service_type_name")
        ]

    def __str__(self) -> str:
        return self.name
