"""What is claimed on hosts and datastores, and the sizes machines are offered in."""

from django.core.validators import MinValueValidator
from django.db import models

from core.models import Entity
from infrastructure.models.host import Datastore, Host
from infrastructure.querysets import HardwareProfileQuerySet


class Claim(models.Model):
    """What one virtual machine holds; usage of hosts, enterprises and virtual datacenters sums these.

    The machine is named by plain identifiers, it lies above this package. The covering
    indexes answer each sum without touching a row.
    """

    id = models.BigAutoField(primary_key=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="claims")
    datastore = models.ForeignKey(Datastore, on_delete=models.PROTECT, related_name="claims")
    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.PROTECT, related_name="claims")
    virtual_datacenter_id = models.BigIntegerField()
    virtual_machine_id = models.BigIntegerField(unique=True)
    vcpus = models.PositiveIntegerField()
    memory_mib = models.PositiveBigIntegerField()
    disk_mib = models.PositiveBigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=("host", "datastore", "vcpus", "memory_mib", "disk_mib"), name="claim_sum_by_place"
            ),
            models.Index(fields=("datastore", "disk_mib"), name="claim_sum_by_datastore"),
            models.Index(
                fields=("enterprise", "vcpus", "memory_mib", "disk_mib"), name="claim_sum_by_enterprise"
            ),
            models.Index(
                fields=("virtual_datacenter_id", "vcpus", "memory_mib", "disk_mib"), name="claim_sum_by_vdc"
            ),
        ]

    def __str__(self) -> str:
        return f"machine {self.virtual_machine_id} on {self.host_id}"


class HardwareProfile(Entity):
    """A size to choose when deploying, offered in all datacenters."""

    name = models.CharField(max_length=64, unique=True)
    vcpus = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    memory_mib = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    active = models.BooleanField(default=True)

    objects = HardwareProfileQuerySet.as_manager()

    class Meta:
        ordering = ("vcpus", "memory_mib")

    def __str__(self) -> str:
        return self.name
