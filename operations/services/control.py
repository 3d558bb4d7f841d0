"""Cancelling an operation, noting that its failure was seen, and recognising a repeated request."""

import hashlib
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, NotFound, PermissionRefused
from core.transactions import retried_transaction
from events.restriction import MANAGES_RESTRICTED, outside_restricted_appliances
from events.services import record_event
from operations import engine
from operations.models import UNDOING, Operation, OperationStatus
from operations.saga import saga_for


@retried_transaction
def cancel_operation(*, actor: Any, operation_id) -> Operation:
    """Ask an active operation to stop and undo what it did.

    Raises NotFound when the actor may not see it, PermissionRefused when they could not have
    started it, Conflict when it has ended.
    """
    operation = Operation.objects.visible_to(actor).select_for_update().filter(id=operation_id).first()
    if operation is None:
        raise NotFound("There is no such task.", code="TASK-1")
    _require_privilege(actor, operation)
    if not operation.active:
        raise Conflict(f"The task has ended already: {operation.status}.", code="TASK-2")
    if operation.status not in UNDOING:
        engine.request_cancellation(operation, actor)
    return operation


@retried_transaction
def acknowledge_operation(*, actor: Any, operation_id) -> Operation:
    """Note that somebody has seen that an operation failed; once is enough.

    Raises NotFound, PermissionRefused as ``cancel_operation``, Conflict (TASK-2) when it did not fail.
    """
    operation = Operation.objects.visible_to(actor).select_for_update().filter(id=operation_id).first()
    if operation is None:
        raise NotFound("There is no such task.", code="TASK-1")
    _require_privilege(actor, operation)
    if operation.status != OperationStatus.FAILED:
        raise Conflict(f"Only a task that failed is acknowledged: {operation.status}.", code="TASK-2")
    if operation.acknowledged_at is None:
        operation.acknowledged_at = timezone.now()
        operation.save(update_fields=["acknowledged_at"])
        record_event(
            kind="operation.acknowledged",
            subject=engine.ending.subject_of(operation),
            actor=actor,
            operation_id=operation.id,
        )
    return operation


def repeated_operation(
    *, actor: Any, idempotency_key: str | None, kind: str, resource: Any = None
) -> Operation | None:
    """The operation an earlier request with the same key started, or None; without a ``resource`` it was
    about something that it made itself.

    Raises Conflict when the key was used for something else.
    """
    if not idempotency_key:
        return None
    operation = Operation.objects.filter(idempotency_key=scoped_key(actor, idempotency_key)).first()
    if operation and (operation.kind != kind or (resource and operation.resource_id != resource.id)):
        raise Conflict(
            "This Idempotency-Key was used for another request.",
            code="IDEMPOTENCY-1",
            remedy="Use a new key for each new intent.",
        )
    return operation


def _require_privilege(actor: Any, operation: Operation) -> None:
    privilege = saga_for(operation).privilege
    if privilege not in actor.privileges_in(operation.virtual_datacenter_id):
        raise PermissionRefused(
            _("This takes the privilege %(privilege)s, as starting the task does.")
            % {"privilege": privilege},
            code="PRIVILEGE_MISSING",
        )
    outside = outside_restricted_appliances(actor, MANAGES_RESTRICTED)
    if not Operation.objects.filter(outside, pk=operation.pk).exists():
        raise PermissionRefused(
            _("The task works in a restricted appliance, which takes the privilege %(privilege)s.")
            % {"privilege": MANAGES_RESTRICTED},
            code="APPLIANCE_RESTRICTED",
        )


def scoped_key(actor: Any, idempotency_key: str | None) -> str | None:
    """Keys of different users never meet, nor do keys that differ in letter case or far behind alone."""
    if not idempotency_key:
        return None
    return f"{getattr(actor, 'id', 0)}:{hashlib.sha256(idempotency_key.encode()).hexdigest()}"
