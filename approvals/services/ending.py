"""How requests end, whoever or whatever ends them. Joins the caller's transaction."""

from typing import Any

from django.utils import timezone

from approvals.models import ApprovalNotice, ApprovalRequest, NoticeStatus, RequestStatus
from approvals.services import mailing
from operations.models import Operation

DECIDED = (
    "status",
    "decided_at",
    "decided_by_id",
    "decided_by_name",
    "on_behalf_of",
    "comment",
    "updated_at",
)


def close(request: ApprovalRequest, status: str, actor: Any = None) -> None:
    """Write the end of a locked request, call off what was not sent outside yet, tell the requester."""
    request.status = status
    request.decided_at = timezone.now()
    request.decided_by_id = getattr(actor, "id", None)
    request.decided_by_name = str(actor or "")
    request.save(update_fields=DECIDED)
    notices = ApprovalNotice.objects.filter(request=request, status=NoticeStatus.PENDING)
    notices.update(status=NoticeStatus.DROPPED)
    mailing.tell_requester(request)


def withdrawn(operation: Operation, actor: Any) -> None:
    """Close the request of an operation that is cancelled while it waits."""
    requests = ApprovalRequest.objects.select_for_update().waiting().filter(operation_id=operation.id)
    request = requests.first()
    if request is not None:
        close(request, RequestStatus.WITHDRAWN, actor)
