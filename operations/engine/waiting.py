"""The two ways out of waiting besides cancellation: an operation begins, or it is refused."""

from operations.engine.driving import drive, steps_of
from operations.models import Operation, OperationStatus
from operations.saga import saga_for


def release(operation: Operation) -> None:
    """Begin a locked operation that waited. What it holds was held all the time.

    Raises what the saga's ``released`` raises when the operation makes no sense any more.
    """
    saga_for(operation).released(operation)
    operation.status = OperationStatus.RUNNING
    operation.save(update_fields=["status", "parameters"])
    drive(operation, steps_of(operation))


def refuse(
    operation: Operation, *, code: str, detail: str = "", status: str = OperationStatus.CANCELLING
) -> None:
    """End a locked operation that waited, with the reason as its error; nothing of it ever ran.

    ``status``: CANCELLING ends it as cancelled, COMPENSATING as failed.
    """
    operation.error = {"step": "", "code": code, "detail": detail}
    operation.status = status
    operation.save(update_fields=["error", "status"])
    drive(operation, steps_of(operation))
