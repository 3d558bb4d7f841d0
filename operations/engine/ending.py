"""How steps and operations end, and how that is told."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from contracts.vocabulary import ErrorCode
from events.models import Severity
from events.services import publish_change, record_event
from events.subject import Subject
from operations.engine.slots import next_in_line
from operations.models import Operation, OperationStatus, Step, StepStatus
from operations.saga import saga_for

FINAL = (OperationStatus.SUCCEEDED, OperationStatus.FAILED, OperationStatus.CANCELLED)
ENDED = ("status", "undoing", "slot", "lease_expires_at", "output", "error", "finished_at")


def end_step(operation: Operation, step: Step, status: str) -> None:
    """Close the step and let the next one waiting for its target go."""
    target = step.target if step.slot else ""
    step.status = status
    step.slot = None
    step.lease_expires_at = None
    step.finished_at = timezone.now()
    step.save(update_fields=ENDED)
    waiting = next_in_line(target)
    if waiting:
        transaction.on_commit(lambda: _let_go(waiting), robust=True)


def fail_step(
    operation: Operation, step: Step, *, code: str, detail: str, words: dict[str, str] | None = None
) -> None:
    """A failed step turns the operation round; a failed undo is marked for people and passed over.

    ``words``: ``why`` and ``remedy`` that everybody who sees the operation may read.
    """
    step.error = {"code": code, "detail": detail, **(words or {})}
    if step.undoing:
        operation.needs_attention = True
        operation.save(update_fields=["needs_attention"])
        _record(
            operation,
            "operation.compensation_failed",
            Severity.ERROR,
            {"step": step.name, "code": code},
            {"detail": detail},
        )
        end_step(operation, step, StepStatus.UNDONE)
        return
    if code == ErrorCode.CANCELLED and operation.cancel_requested_at:
        end_step(operation, step, StepStatus.FAILED)
        set_status(operation, OperationStatus.CANCELLING)
        return
    operation.error = {"step": step.name, **step.error}
    operation.save(update_fields=["error"])
    end_step(operation, step, StepStatus.FAILED)
    set_status(operation, OperationStatus.COMPENSATING)


def withdraw_step(step: Step) -> None:
    """Let a step that only waits for a slot wait no longer: its operation is being cancelled."""
    step.status = StepStatus.PENDING
    step.save(update_fields=["status"])


def set_status(operation: Operation, status: str) -> None:
    operation.status = status
    operation.save(update_fields=["status"])


def finish(operation: Operation, status: str, *, untouched: bool = False) -> None:
    """End the operation: the saga's last word, the event, and the resource is free again.

    ``untouched``: no step was ever begun.
    """
    saga = saga_for(operation)
    done = status == OperationStatus.SUCCEEDED
    last_word = saga.succeeded if done else saga.never_begun if untouched else saga.failed
    data = last_word(operation)
    operation.status = status
    operation.active_key = None
    operation.finished_at = timezone.now()
    operation.save(update_fields=["status", "active_key", "result", "finished_at"])
    told = {"operation": str(operation.id), "status": status, "title": str(saga.title), **(data or {})}
    if operation.error:
        told["error"] = {name: operation.error.get(name) for name in ("step", "code")}
    severity = Severity.ERROR if status == OperationStatus.FAILED else Severity.INFO
    kind = saga.done_event if done else saga.failed_event
    kind = "operation.cancelled" if status == OperationStatus.CANCELLED else kind
    _record(operation, kind, severity, told, {"error": operation.error} if operation.error else {})


def announce(operation: Operation) -> None:
    """Stream that the operation exists."""
    _stream(operation, "operation.accepted", {})


def stream_progress(operation: Operation, step: Step) -> None:
    """Stream where the operation stands; not in the log, the steps are."""
    _stream(
        operation,
        "operation.progressed",
        {
            "step": step.name,
            "step_status": step.status,
            "percent": step.progress_percent,
            "undoing": step.undoing,
        },
    )


def subject_of(operation: Operation) -> Subject:
    """What the operation is about, also when the row itself is gone."""
    return Subject(
        operation.resource_type,
        operation.resource_id,
        operation.resource_name,
        operation.enterprise_id,
        operation.virtual_datacenter_id,
        operation.virtual_appliance_id,
        getattr(operation, "in_restricted_appliance", None),
    )


def _stream(operation: Operation, kind: str, data: dict[str, Any]) -> None:
    publish_change(
        kind=kind,
        subject=subject_of(operation),
        data={
            "operation": str(operation.id),
            "status": operation.status,
            "operation_kind": operation.kind,
            "title": str(saga_for(operation).title),
            "actor_id": operation.actor_id,
            **({"aside": True} if operation.aside else {}),
            **data,
        },
    )


def _record(
    operation: Operation, kind: str, severity: str, data: dict[str, Any], private_data: dict[str, Any]
) -> None:
    """The remote side's own words are private: they name hosts and paths."""
    record_event(
        kind=kind,
        subject=subject_of(operation),
        severity=severity,
        data=data,
        private_data=private_data,
        operation_id=operation.id,
        actor_id=operation.actor_id,
        actor_name=operation.actor_name,
    )


def _let_go(operation_id) -> None:
    from operations.engine.driving import advance

    advance(operation_id)
