"""Racks, the hosts in them, and the datastores those hold."""

from django.core.validators import MinValueValidator
from django.db import models

from contracts.vocabulary import HypervisorType
from core.models import Entity
from infrastructure.models.datacenter import Datacenter, NetworkServiceType
from infrastructure.querysets import HostQuerySet, WithinDatacenterQuerySet


class HostState(models.TextChoices):
    """Names of the REST dialect. NOT_MANAGED takes no new machines."""

    MANAGED = "MANAGED"
    NOT_MANAGED = "NOT_MANAGED"
    STOPPED = "STOPPED"
    PROVISIONED = "PROVISIONED"


class Rack(Entity):
    datacenter = models.ForeignKey(Datacenter, on_delete=models.CASCADE, related_name="racks")
    name = models.CharField(max_length=128)
    short_description = models.CharField(max_length=255, default="", blank=True)
    vlan_id_min = models.PositiveIntegerField(default=2)
    vlan_id_max = models.PositiveIntegerField(default=4094)
    vlan_per_vdc_reserved = models.PositiveIntegerField(default=2)
    vlans_excluded = models.CharField(max_length=255, default="", blank=True)

    objects = WithinDatacenterQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("datacenter", "name"), name="rack_name_in_datacenter")]

    def __str__(self) -> str:
        return self.name


class Host(Entity):
    """A hypervisor host. ``uuid`` is what remote services call it.

    ``vcpus`` and ``memory_mib`` are what may be allocated, oversubscription included.
    ``reachable`` is what the system monitor last said; None when it never said anything.
    """

    datacenter = models.ForeignKey(Datacenter, on_delete=models.CASCADE, related_name="hosts")
    rack = models.ForeignKey(Rack, on_delete=models.PROTECT, related_name="hosts")
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    hypervisor_type = models.CharField(max_length=16, choices=[(t.value, t.value) for t in HypervisorType])
    driver = models.CharField(max_length=40)
    uri = models.CharField(max_length=255)
    sealed_credentials = models.TextField(default="", blank=True, editable=False)
    vcpus = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    memory_mib = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    state = models.CharField(max_length=16, choices=HostState, default=HostState.MANAGED)
    reachable = models.BooleanField(null=True, editable=False)
    observed_at = models.DateTimeField(null=True, editable=False)
    reserved_for = models.ForeignKey(
        "tenants.Enterprise", null=True, blank=True, on_delete=models.SET_NULL, related_name="reserved_hosts"
    )
    network_service_types = models.ManyToManyField(NetworkServiceType, related_name="hosts", blank=True)

    objects = HostQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("datacenter", "name"), name="host_name_in_datacenter"),
            models.UniqueConstraint(fields=("datacenter", "uri"), name="host_uri_in_datacenter"),
        ]

    def __str__(self) -> str:
        return self.name


class Datastore(Entity):
    """Where disks lie: an absolute path on its hosts. ``size_mib`` is what may be allocated."""

    datacenter = models.ForeignKey(Datacenter, on_delete=models.CASCADE, related_name="datastores")
    hosts = models.ManyToManyField(Host, related_name="datastores", blank=True)
    name = models.CharField(max_length=128)
    path = models.CharField(max_length=512)
    size_mib = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    enabled = models.BooleanField(default=True)

    objects = WithinDatacenterQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
