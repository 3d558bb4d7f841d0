"""Operations, their steps, and the outbox of commands not yet handed to the broker."""

from uuid import uuid4

from django.db import models

from operations.querysets import OperationQuerySet


class OperationStatus(models.TextChoices):
    ACCEPTED = "accepted"
    AWAITING_APPROVAL = "awaiting_approval"
    RUNNING = "running"
    COMPENSATING = "compensating"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepStatus(models.TextChoices):
    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


ACTIVE = (
    OperationStatus.ACCEPTED,
    OperationStatus.AWAITING_APPROVAL,
    OperationStatus.RUNNING,
    OperationStatus.COMPENSATING,
    OperationStatus.CANCELLING,
)
UNDOING = (OperationStatus.COMPENSATING, OperationStatus.CANCELLING)


class Operation(models.Model):
    """One intent of a user that takes longer than a request; a *task* in the REST dialect.

    The resource is named by plain identifiers, as is the appliance it lies in: the record outlives them.
    ``active_key`` is
    ``<resource_type>:<resource_id>`` while the operation is active and NULL afterwards, so
    that its uniqueness means "one active operation per resource" on every database.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    kind = models.CharField(max_length=80)
    resource_type = models.CharField(max_length=40)
    resource_id = models.BigIntegerField()
    resource_name = models.CharField(max_length=255, default="")
    enterprise_id = models.BigIntegerField(null=True)
    virtual_datacenter_id = models.BigIntegerField(null=True)
    virtual_appliance_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=128, default="")
    active_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001  NULLs are not equal
    idempotency_key = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001  NULLs are not equal
    correlation_id = models.CharField(max_length=64, default="")
    status = models.CharField(max_length=20, choices=OperationStatus, default=OperationStatus.ACCEPTED)
    parameters = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    needs_attention = models.BooleanField(default=False)
    cancel_requested_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [
            models.Index(
                fields=("resource_type", "resource_id", "-created_at"), name="operation_by_resource"
            ),
            models.Index(fields=("resource_type", "resource_id", "active_key"), name="operation_active"),
            models.Index(fields=("enterprise_id", "-created_at"), name="operation_by_enterprise"),
            models.Index(fields=("actor_id", "-created_at"), name="operation_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource_name}"

    @property
    def active(self) -> bool:
        return self.active_key is not None

    @property
    def aside(self) -> bool:
        """Whether it is active without holding its resource, only a part of it."""
        return self.active and self.active_key != f"{self.resource_type}:{self.resource_id}"


class Step(models.Model):
    """One step of an operation; a *job* in the REST dialect.

    ``slot`` is ``<target>/<n>`` while a command for a bounded target (a hypervisor) is out;
    its uniqueness bounds how many are.
    """

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    status = models.CharField(max_length=16, choices=StepStatus, default=StepStatus.PENDING)
    undoing = models.BooleanField(default=False)
    attempt = models.PositiveSmallIntegerField(default=0)
    command_id = models.UUIDField(null=True, unique=True)
    queue = models.CharField(max_length=120, default="")
    message = models.JSONField(null=True)
    target = models.CharField(max_length=80, default="")
    slot = models.CharField(max_length=90, null=True, unique=True)  # noqa: DJ001  NULLs are not equal
    lease_expires_at = models.DateTimeField(null=True, db_index=True)
    progress_percent = models.PositiveSmallIntegerField(null=True)
    output = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("operation", "position"), name="step_position")]
        indexes = [models.Index(fields=("target", "status"), name="step_by_target")]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class OutboxMessage(models.Model):
    """A command that has been decided but perhaps not yet handed to the broker.

    ``due_at`` lies in the future while a retry is backing off.
    """

    id = models.BigAutoField(primary_key=True)
    queue = models.CharField(max_length=120)
    task = models.CharField(max_length=80)
    body = models.JSONField()
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.task} to {self.queue}"
