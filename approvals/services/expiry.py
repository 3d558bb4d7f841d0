"""Requests nobody decided in time."""

import logging
from uuid import UUID

from django.utils import timezone

from approvals.models import ApprovalRequest, RequestStatus
from approvals.services.ending import close
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from operations import engine
from operations.engine.driving import locked
from operations.engine.ending import subject_of
from operations.models import OperationStatus

logger = logging.getLogger(__name__)
A_ROUND = 200


def expire_overdue() -> int:
    """Cancel what waited longer than its rule allows; answers how many. One failure stops no other."""
    overdue = ApprovalRequest.objects.waiting().filter(expires_at__lte=timezone.now())
    ended = 0
    for operation_id in list(overdue.order_by("expires_at").values_list("operation_id", flat=True)[:A_ROUND]):
        try:
            ended += _expire(operation_id)
        except Exception:
            logger.exception("the request of operation %s did not expire", operation_id)
    return ended


def give_up(request: ApprovalRequest, operation, *, code: str, detail: str = "") -> None:
    """Fail a locked operation that waits, for a reason that lies with the platform."""
    close(request, RequestStatus.FAILED)
    record_event(
        kind="approval.endpoint_failed",
        subject=subject_of(operation),
        severity=Severity.ERROR,
        operation_id=operation.id,
        data={"kind": request.kind},
        private_data={"detail": detail},
    )
    engine.refuse(operation, code=code, detail=detail, status=OperationStatus.COMPENSATING)


@retried_transaction
def _expire(operation_id: UUID) -> bool:
    operation = locked(operation_id)
    request = ApprovalRequest.objects.select_for_update().waiting().filter(operation_id=operation_id).first()
    if request is None or request.expires_at > timezone.now():
        return False
    close(request, RequestStatus.EXPIRED)
    if operation is None or operation.status != OperationStatus.AWAITING_APPROVAL:
        return True
    record_event(
        kind="approval.expired",
        subject=subject_of(operation),
        severity=Severity.WARN,
        operation_id=operation.id,
        data={"kind": request.kind},
    )
    engine.refuse(operation, code="approval_expired")
    return True
