"""The event log: what happened, told once and never edited."""

from django.db import models

from events.querysets import EventQuerySet


class Severity(models.TextChoices):
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


class Event(models.Model):
    """``id`` is the sequence number of the stream.

    Subjects are named by plain identifiers, for the record has to outlive what it speaks of; so is the
    appliance they are, or lie in, which decides who may read it.
    ``changes`` are ``[before, after]`` by field. ``private_data`` is for administrators of the
    platform only.
    """

    id = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField(auto_now_add=True, db_index=True)
    kind = models.CharField(max_length=80)
    severity = models.CharField(max_length=5, choices=Severity, default=Severity.INFO)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=255, default="")
    enterprise_id = models.BigIntegerField(null=True)
    virtual_datacenter_id = models.BigIntegerField(null=True)
    virtual_appliance_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=128, default="")
    source_address = models.GenericIPAddressField(null=True)
    operation_id = models.UUIDField(null=True)
    changes = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    private_data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("subject_type", "subject_id", "-id"), name="event_by_subject"),
            models.Index(fields=("enterprise_id", "-id"), name="event_by_enterprise"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_name}"


class GoneRestrictedAppliance(models.Model):
    """An appliance that was restricted when it was deleted: what is kept of it stays so."""

    virtual_appliance_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"restricted appliance {self.virtual_appliance_id}"


class EventSeal(models.Model):
    """A seal over the events after the previous seal up to ``last_event_id``; see ``services.sealing``.

    ``form`` says which of an event's columns it covers.
    """

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField(auto_now_add=True)
    previous_digest = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    last_event_id = models.BigIntegerField(unique=True)
    event_count = models.PositiveIntegerField()
    form = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"events up to {self.last_event_id}"
