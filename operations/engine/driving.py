"""Starting operations and taking their next steps, in one transaction a time."""

import logging
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import QuerySet, Subquery
from django.utils import timezone

from contracts.vocabulary import ErrorCode
from core.errors import DomainError, LimitExceeded
from core.prepared import Prepared
from core.transactions import retried_transaction
from events.restriction import in_restricted_appliance, virtual_appliance_id_of
from events.services import record_event
from events.services.recording import virtual_datacenter_id_of
from operations import outbox, withdrawal
from operations.broker import ADVANCE_TASK, SERVER_QUEUE
from operations.engine import ending, sending
from operations.models import ACTIVE, UNDOING, Operation, OperationStatus, Step, StepStatus
from operations.saga import Remote, saga_for, saga_of_kind

logger = logging.getLogger(__name__)


def start(
    *,
    kind: str,
    resource: Any,
    actor: Any = None,
    parameters: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
    waits: bool = False,
    **context: Any,
) -> Operation:
    """Accept an operation in the caller's transaction and take its first steps there too.

    ``resource`` is a model instance, locked by the caller. ``context`` may hold
    ``idempotency_key``, ``correlation_id``, ``lane`` and the ``enterprise_id`` on whose behalf something is
    done that is nobody's own. The command of the first remote step
    leaves after the commit. One that ``waits`` holds its resource and takes no step until
    ``release``. One with a ``lane`` goes on beside whatever else happens to the resource: it holds
    only the lane, a part's ``<type>:<id>``.
    """
    resource_type, lane = resource._meta.verbose_name.replace(" ", "_"), context.pop("lane", "")
    operation = Operation.objects.create(
        kind=kind,
        resource_type=resource_type,
        resource_id=resource.id,
        resource_name=str(resource)[:255],
        enterprise_id=context.pop("enterprise_id", getattr(resource, "enterprise_id", None)),
        virtual_datacenter_id=virtual_datacenter_id_of(resource),
        virtual_appliance_id=virtual_appliance_id_of(resource),
        actor_id=getattr(actor, "id", None),
        actor_name=str(actor or ""),
        active_key=lane or f"{resource_type}:{resource.id}",
        parameters=parameters or {},
        plan=plan or {},
        # It begins in this very transaction, so nobody could ever see it accepted only.
        status=OperationStatus.AWAITING_APPROVAL if waits else OperationStatus.RUNNING,
        **context,
    )
    steps = Step.objects.bulk_create(
        Step(operation=operation, position=position, name=definition.name)
        for position, definition in enumerate(saga_of_kind(kind).steps)
    )
    ending.announce(operation)
    drive(operation, steps)
    return operation


@retried_transaction
def advance(operation_id) -> None:
    """Do whatever the operation needs now. Safe to call at any time, from anywhere outside a transaction."""
    operation = locked(operation_id)
    if operation is not None:
        drive(operation, steps_of(operation), fresh=True)


def request_cancellation(operation: Operation, actor: Any) -> None:
    """Ask for the end of a locked, active operation: what runs is waited for, then everything is undone.

    A step that failed and is to be tried again later is not waited for.
    """
    if operation.status in UNDOING or operation.cancel_requested_at:
        return
    if operation.status == OperationStatus.AWAITING_APPROVAL:
        withdrawal.tell(operation, actor)
    operation.cancel_requested_at = timezone.now()
    operation.save(update_fields=["cancel_requested_at"])
    record_event(
        kind="operation.cancellation_requested",
        subject=ending.subject_of(operation),
        actor=actor,
        operation_id=operation.id,
        data={"operation": str(operation.id)},
    )
    steps = steps_of(operation)
    for step in steps:
        if step.status == StepStatus.RUNNING and not step.undoing and sending.withdraw_retry(step):
            ending.end_step(operation, step, StepStatus.FAILED)
    if any(step.status == StepStatus.RUNNING for step in steps):
        _interrupt(operation)
    drive(operation, steps)


def _interrupt(operation: Operation) -> None:
    """Tell whoever works on it, where that can be told: what then ends early ends as cancelled."""
    dispatch = saga_for(operation).interrupt(operation)
    if dispatch is not None:
        outbox.enqueue(queue=dispatch.queue, body=dispatch.command.model_dump(mode="json"))


def locked(operation_id: UUID) -> Operation | None:
    """The operation with its row locked. Its plan is read only when somebody asks for it."""
    return _locked.first(operation_id)


def locked_by_command(command_id: UUID) -> Operation | None:
    """The operation, locked, that sent this command last in one of its steps."""
    return _locked_by_command.first(command_id)


def steps_of(operation: Operation) -> list[Step]:
    """The steps in order. Read them when the operation's row is locked."""
    return _steps.all(operation.id)


def _lockable(**conditions: Any) -> QuerySet[Operation]:
    """Each also tells whether it works in a restricted appliance: every change that is streamed says so."""
    marked = Operation.objects.annotate(in_restricted_appliance=in_restricted_appliance())
    return marked.select_for_update().filter(**conditions).defer("plan").order_by()


_locked = Prepared(lambda operation_id: _lockable(id=operation_id))
_locked_by_command = Prepared(
    lambda command_id: _lockable(
        id=Subquery(Step.objects.filter(command_id=command_id).order_by().values("operation_id"))
    )
)
_steps = Prepared(lambda operation_id: Step.objects.filter(operation_id=operation_id).order_by("position"))


def drive(operation: Operation, steps: list[Step], *, fresh: bool = False) -> None:
    """Take steps until something has to be waited for, and stream once what is waited for.

    The caller holds the operation's row lock. ``fresh``: the transaction has done nothing yet, so a step
    that stands apart may be taken in it; else the worker is asked to.
    """
    while _take_one(operation, steps, fresh):
        fresh = False
    waiting = next((step for step in steps if step.status in (StepStatus.RUNNING, StepStatus.QUEUED)), None)
    if waiting is not None:
        ending.stream_progress(operation, waiting)


def _take_one(operation: Operation, steps: list[Step], fresh: bool) -> bool:
    """Do one thing; answer whether there may be another to do at once."""
    if operation.status not in ACTIVE or any(step.status == StepStatus.RUNNING for step in steps):
        return False
    queued = next((step for step in steps if step.status == StepStatus.QUEUED), None)
    withdrawn = operation.cancel_requested_at and operation.status not in UNDOING
    if queued is not None and not withdrawn:
        sending.send_queued(operation, queued)
        return False
    if queued is not None:
        ending.withdraw_step(queued)
    if operation.status in UNDOING:
        return _undo_next(operation, steps, fresh)
    if operation.cancel_requested_at:
        ending.set_status(operation, OperationStatus.CANCELLING)
        return True
    if operation.status == OperationStatus.AWAITING_APPROVAL:
        return False
    return _do_next(operation, steps, fresh)


def _do_next(operation: Operation, steps: list[Step], fresh: bool) -> bool:
    step = next((step for step in steps if step.status == StepStatus.PENDING), None)
    if step is None:
        ending.finish(operation, OperationStatus.SUCCEEDED)
        return False
    if operation.status == OperationStatus.ACCEPTED:
        ending.set_status(operation, OperationStatus.RUNNING)
    definition = saga_for(operation).steps[step.position]
    if definition.send:
        return _send(operation, step, definition.send)
    if definition.apart and not fresh:
        return _left_to_worker(operation, step)
    try:
        with transaction.atomic():
            step.output = definition.run(operation) or {}
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001  any failure of a step is undone and told, not lost
        _fail(operation, step, error)
        return True
    ending.end_step(operation, step, StepStatus.DONE)
    return True


def _undo_next(operation: Operation, steps: list[Step], fresh: bool) -> bool:
    undoable = (StepStatus.DONE, StepStatus.FAILED)
    step = next((step for step in reversed(steps) if step.status in undoable), None)
    if step is None:
        cancelled = operation.status == OperationStatus.CANCELLING
        untouched = all(step.status == StepStatus.PENDING for step in steps)
        end = OperationStatus.CANCELLED if cancelled else OperationStatus.FAILED
        ending.finish(operation, end, untouched=untouched)
        return False
    definition = saga_for(operation).steps[step.position]
    if definition.apart and definition.undo and not fresh:
        return _left_to_worker(operation, step)
    step.undoing = True
    if definition.undo_send:
        return _send(operation, step, definition.undo_send)
    try:
        with transaction.atomic():
            if definition.undo:
                definition.undo(operation)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001  one undo that fails must not block the rest
        _fail(operation, step, error)
        return True
    ending.end_step(operation, step, StepStatus.UNDONE)
    return True


def _fail(operation: Operation, step: Step, error: Exception) -> None:
    """With the error's own words, where they are meant for people. Those of limits may name numbers that not
    everybody who sees the operation is told."""
    words = None
    if isinstance(error, DomainError) and not isinstance(error, LimitExceeded):
        words = {"why": error.message, "remedy": error.remedy}
    code = getattr(error, "code", ErrorCode.INTERNAL_ERROR)
    ending.fail_step(operation, step, code=code, detail=str(error), words=words)


def _left_to_worker(operation: Operation, step: Step) -> bool:
    """Have the worker go on in a transaction of its own; should it not hear, the reconciler does."""
    outbox.enqueue(queue=SERVER_QUEUE, task=ADVANCE_TASK, body={"operation_id": str(operation.id)})
    ending.stream_progress(operation, step)
    return False


def _send(operation: Operation, step: Step, make: Remote) -> bool:
    """Send what ``make`` gives; when it can't even be made, the step has failed like any other."""
    try:
        dispatch = make(operation)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("the command of step %s of operation %s can't be made", step.name, operation.id)
        ending.fail_step(operation, step, code=ErrorCode.INTERNAL_ERROR, detail=type(error).__name__)
        return True
    return sending.send(operation, step, dispatch)
