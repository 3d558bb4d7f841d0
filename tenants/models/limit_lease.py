"""That a soft limit was passed on purpose, by whom, why and until when."""

from django.db import models

from core.models import Entity
from tenants.models.enterprise import Enterprise
from tenants.querysets import LimitLeaseQuerySet


class LimitLease(Entity):
    """``passed`` are the limits as they were then: level, resource, soft, hard, used and requested.

    ``until`` None has no end. ``ended_at`` is set when ``until`` was dealt with.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="limit_leases")
    datacenter_id = models.BigIntegerField()
    virtual_datacenter_id = models.BigIntegerField(null=True)
    virtual_appliance_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=255)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=128)
    reason = models.CharField(max_length=255, default="")
    until = models.DateTimeField(null=True)
    operation_id = models.UUIDField(null=True)
    passed = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    objects = LimitLeaseQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("ended_at", "until"), name="limit_lease_due")]

    def __str__(self) -> str:
        return self.subject_name

    @property
    def resources(self) -> tuple[str, ...]:
        """What was passed, each once."""
        return tuple(dict.fromkeys(line["resource"] for line in self.passed))
