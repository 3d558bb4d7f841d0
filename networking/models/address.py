"""NICs and the addresses they hold. A lease is a row; its constraints are what makes addresses unique."""

from django.db import models

from core.models import Entity
from networking.models.network import Network
from networking.querysets import InNetworkQuerySet


class Nic(Entity):
    """A network card of a virtual machine (named by plain identifier, it lies above this package).

    ``fixed_offset``: its address is always this place of the network's range, which nobody else is given.
    """

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="nics")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="nics")
    virtual_machine_id = models.BigIntegerField(db_index=True)
    position = models.PositiveSmallIntegerField(default=0)
    mac = models.CharField(max_length=17, unique=True)
    fixed_offset = models.PositiveBigIntegerField(null=True, blank=True)

    objects = InNetworkQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("virtual_machine_id", "position"), name="nic_position"),
            models.UniqueConstraint(fields=("network", "fixed_offset"), name="one_nic_per_fixed_address"),
        ]

    def __str__(self) -> str:
        return f"nic{self.position} {self.mac}"


class AddressLease(Entity):
    """An address of a network, held by a NIC. ``offset`` is its place in the network's range."""

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="leases")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="leases")
    nic = models.OneToOneField(Nic, on_delete=models.CASCADE, related_name="lease")
    offset = models.PositiveBigIntegerField()
    ip = models.GenericIPAddressField(protocol="IPv4")

    objects = InNetworkQuerySet.as_manager()

    class Meta:
        ordering = ("offset",)
        constraints = [models.UniqueConstraint(fields=("network", "offset"), name="one_lease_per_address")]

    def __str__(self) -> str:
        return self.ip
