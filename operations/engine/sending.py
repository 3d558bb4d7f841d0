"""Sending the command of a remote step, waiting for a slot of its target when all are taken."""

from datetime import timedelta

from django.utils import timezone

from operations import outbox
from operations.engine import ending
from operations.engine.slots import save_with_slot
from operations.models import Operation, Step, StepStatus
from operations.saga import Dispatch, saga_for


def send(operation: Operation, step: Step, dispatch: Dispatch | None) -> bool:
    """Send, or queue for a slot. Returns True when there was nothing to send and the step is over."""
    if dispatch is None:
        ending.end_step(operation, step, StepStatus.UNDONE if step.undoing else StepStatus.DONE)
        return True
    step.queue = dispatch.queue
    step.message = dispatch.command.model_dump(mode="json")
    step.command_id = dispatch.command.command_id
    step.target = dispatch.target
    step.attempt = 0
    step.progress_percent = None
    step.started_at = timezone.now()
    if not _go(operation, step):
        step.save()
    return False


def send_queued(operation: Operation, step: Step) -> None:
    """Try again to get a slot for a step that waits for one."""
    _go(operation, step)


def resend(operation: Operation, step: Step, *, delay_seconds: float = 0) -> None:
    """Hand the step's command to the outbox again; it keeps its slot."""
    _start_clock(operation, step, delay_seconds)
    step.save()
    outbox.enqueue(queue=step.queue, body=step.message, delay_seconds=delay_seconds)


def withdraw_retry(step: Step) -> bool:
    """Whether the step only waited for its next try, which now does not come."""
    return step.command_id is not None and outbox.withdraw(queue=step.queue, command_id=step.command_id)


def _go(operation: Operation, step: Step) -> bool:
    """Hand the command to the outbox if its target has a free slot; else it is queued, not saved yet."""
    _start_clock(operation, step)
    if not save_with_slot(step):
        step.status, step.attempt, step.lease_expires_at = StepStatus.QUEUED, 0, None
        return False
    outbox.enqueue(queue=step.queue, body=step.message)
    return True


def _start_clock(operation: Operation, step: Step, delay_seconds: float = 0) -> None:
    definition = saga_for(operation).steps[step.position]
    step.status = StepStatus.RUNNING
    step.attempt += 1
    step.lease_expires_at = timezone.now() + timedelta(seconds=definition.queue_seconds + delay_seconds)
