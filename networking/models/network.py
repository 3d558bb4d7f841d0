"""A virtual network: a range of addresses on a bridge of its own."""

from ipaddress import IPv4Network

from django.db import models

from core.models import Entity
from networking.querysets import NetworkQuerySet


class NetworkKind(models.TextChoices):
    """Names of the REST dialect; INTERNAL is a private network of one virtual datacenter."""

    INTERNAL = "INTERNAL"
    EXTERNAL = "EXTERNAL"
    UNMANAGED = "UNMANAGED"
    PUBLIC = "PUBLIC"


class Network(Entity):
    """``last_offset`` is where the allocator looked last, so that it need not start over."""

    kind = models.CharField(max_length=12, choices=NetworkKind, default=NetworkKind.INTERNAL)
    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="networks")
    datacenter = models.ForeignKey(
        "infrastructure.Datacenter", on_delete=models.PROTECT, related_name="networks"
    )
    virtual_datacenter_id = models.BigIntegerField(null=True, db_index=True)
    network_service_type = models.ForeignKey(
        "infrastructure.NetworkServiceType", null=True, on_delete=models.PROTECT, related_name="networks"
    )
    name = models.CharField(max_length=128)
    address = models.GenericIPAddressField(protocol="IPv4")
    prefix_length = models.PositiveSmallIntegerField()
    gateway = models.GenericIPAddressField(protocol="IPv4")
    primary_dns = models.GenericIPAddressField(protocol="IPv4", null=True, blank=True)
    secondary_dns = models.GenericIPAddressField(protocol="IPv4", null=True, blank=True)
    suffix_dns = models.CharField(max_length=255, default="", blank=True)
    vlan_tag = models.PositiveIntegerField(null=True, blank=True)
    is_default = models.BooleanField(default=False)
    last_offset = models.PositiveBigIntegerField(default=0, editable=False)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("virtual_datacenter_id", "name"), name="network_name_in_virtual_datacenter"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cidr(self) -> IPv4Network:
        return IPv4Network(f"{self.address}/{self.prefix_length}")

    @property
    def bridge(self) -> str:
        """The bridge's name on a host: at most 15 characters, unlike any other network's."""
        return f"atr{self.uuid.hex[:11]}"
