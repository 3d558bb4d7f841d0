"""What a remote service said of a command, or failed to say in time."""

from datetime import timedelta

from django.utils import timezone

from contracts.base import Failed, Progressed, Report, Started, Succeeded
from contracts.vocabulary import ErrorCode
from core.transactions import retried_transaction
from operations import outbox
from operations.engine import ending, sending
from operations.engine.driving import drive, locked, locked_by_command, steps_of
from operations.models import Operation, Step, StepStatus
from operations.saga import saga_for

BACKOFF_SECONDS = (5, 30, 120)
QUEUE_GIVE_UP = timedelta(minutes=15)


@retried_transaction
def receive(report: Report) -> None:
    """Apply a report. A late or repeated one finds its step no longer waiting and is dropped."""
    # The operation is locked first, so that everybody locks in one order.
    operation = locked_by_command(report.command_id)
    steps = steps_of(operation) if operation else []
    step = _waiting_for(report.command_id, steps)
    if step is None:
        return
    definition = saga_for(operation).steps[step.position]
    match report.outcome:
        case Started() | Progressed() as beat:
            step.lease_expires_at = timezone.now() + timedelta(seconds=definition.lease_seconds)
            step.progress_percent = getattr(beat, "percent", None) or step.progress_percent
            step.output = step.output | {"_heard": True}
            step.save(update_fields=["lease_expires_at", "progress_percent", "output"])
            ending.stream_progress(operation, step)
            return
        case Succeeded(output=output):
            step.output = output
            ending.end_step(operation, step, StepStatus.UNDONE if step.undoing else StepStatus.DONE)
        case Failed(retryable=True) if step.attempt < definition.attempts and not _given_up(operation, step):
            delay = BACKOFF_SECONDS[min(step.attempt, len(BACKOFF_SECONDS)) - 1]
            sending.resend(operation, step, delay_seconds=delay)
            return
        case Failed(code=code, detail=detail):
            ending.fail_step(operation, step, code=code, detail=detail)
    drive(operation, steps)


@retried_transaction
def expire(step_id: int) -> None:
    """Deal with a step of which nothing was heard in time: send the same command again, or give up."""
    operation_id = Step.objects.filter(id=step_id).values_list("operation_id", flat=True).first()
    operation = locked(operation_id) if operation_id else None
    steps = steps_of(operation) if operation else []
    step = next((step for step in steps if step.id == step_id and _is_silent(step)), None)
    if step is None:
        return
    definition = saga_for(operation).steps[step.position]
    if str(step.command_id) in outbox.pending_command_ids():
        step.lease_expires_at = timezone.now() + timedelta(seconds=definition.queue_seconds)
        step.save(update_fields=["lease_expires_at"])
        return
    heard = step.output.get("_heard", False)
    never_heard_but_patient = not heard and timezone.now() - step.started_at < QUEUE_GIVE_UP
    if never_heard_but_patient or (heard and step.attempt < definition.attempts):
        sending.resend(operation, step)
        return
    silent = "stopped answering" if heard else "never took the command"
    ending.fail_step(operation, step, code=ErrorCode.TIMED_OUT, detail=f"{step.queue} {silent}")
    drive(operation, steps)


def _waiting_for(command_id, steps: list[Step]) -> Step | None:
    return next((s for s in steps if s.command_id == command_id and s.status == StepStatus.RUNNING), None)


def _given_up(operation: Operation, step: Step) -> bool:
    """Whether trying again is of no use: the operation is being cancelled, and this is no part of that."""
    return operation.cancel_requested_at is not None and not step.undoing


def _is_silent(step: Step) -> bool:
    return step.status == StepStatus.RUNNING and step.lease_expires_at < timezone.now()
