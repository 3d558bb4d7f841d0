"""Prices and the ledger of usage."""

from django.db import models

from core.models import Entity
from events.restriction import outside_restricted_appliances
from tenants.querysets import OwnedQuerySet


class PriceList(Entity):
    """Prices per hour. Exactly one list is in force: the one with ``is_default``."""

    name = models.CharField(max_length=128, unique=True)
    currency = models.CharField(max_length=3, default="EUR")
    vcpu_hour = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    memory_gib_hour = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    disk_gib_hour = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    is_default = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class UsageQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "virtual_datacenter_id"

    def visible_to(self, actor) -> "UsageQuerySet":
        """As everything owned; that of restricted appliances takes the privilege to see these."""
        return super().visible_to(actor).filter(outside_restricted_appliances(actor))


class UsageRecord(models.Model):
    """One interval in which a machine held resources; open while ``closed_at`` is NULL.

    ``open_key`` is the machine's id while the interval is open: intervals of one machine never overlap.
    """

    id = models.BigAutoField(primary_key=True)
    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.PROTECT, related_name="usage_records"
    )
    virtual_datacenter_id = models.BigIntegerField()
    virtual_appliance_id = models.BigIntegerField(null=True)
    virtual_machine_id = models.BigIntegerField(db_index=True)
    virtual_machine_name = models.CharField(max_length=255)
    open_key = models.BigIntegerField(null=True, unique=True)
    vcpus = models.PositiveIntegerField()
    memory_mib = models.PositiveBigIntegerField()
    disk_mib = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = UsageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=("enterprise", "opened_at"), name="usage_by_enterprise")]

    def __str__(self) -> str:
        return f"{self.virtual_machine_name} since {self.opened_at:%Y-%m-%d %H:%M}"
