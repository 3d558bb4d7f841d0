"""Telling the address of a rule that an operation waits, with retry; done beside the reconciler's rounds.

The rows say what is to be told and how often it was tried; the call itself happens outside of every
transaction. After a crash between the call and its note the same task is told again: its id names it.
"""

import logging
import threading
from datetime import timedelta

import orjson
from django.conf import settings
from django.db import connections
from django.utils import timezone

from approvals.models import ApprovalNotice, NoticeStatus, RequestStatus
from approvals.outbound import CONNECT_SECONDS, READ_SECONDS, OutboundError, post
from approvals.services.expiry import give_up
from core.transactions import retried_transaction
from operations.addresses import path_of
from operations.engine.driving import locked
from operations.models import Operation, OperationStatus
from operations.saga import saga_of_kind

logger = logging.getLogger(__name__)
TASK_TYPE = "application/vnd.abiquo.task+json"
ATTEMPTS = 5
BACKOFF_SECONDS = (10, 30, 120, 300)
LEASE = timedelta(seconds=CONNECT_SECONDS + 6 * READ_SECONDS)
A_ROUND = 20
_busy = threading.Lock()


def deliver_in_background() -> None:
    """Deliver what is due in a thread of its own: addresses that don't answer would hold up the rounds."""
    if _due().exists() and _busy.acquire(blocking=False):
        threading.Thread(target=_deliver_and_leave, name="approval-notices", daemon=True).start()


def deliver_notices() -> int:
    """Tell what is due now; answers how many were told."""
    told = 0
    for notice_id in list(_due().order_by("due_at").values_list("id", flat=True)[:A_ROUND]):
        try:
            told += _deliver(notice_id)
        except Exception:
            logger.exception("notice %s was not delivered, tried again later", notice_id)
    return told


def _deliver_and_leave() -> None:
    try:
        deliver_notices()
    finally:
        connections.close_all()
        _busy.release()


def _due():
    return ApprovalNotice.objects.filter(status=NoticeStatus.PENDING, due_at__lte=timezone.now())


def _deliver(notice_id: int) -> bool:
    notice = _taken(notice_id)
    if notice is None:
        return False
    try:
        post(notice.url, orjson.dumps(task_document(notice)), content_type=TASK_TYPE)
    except OutboundError as error:
        _failed(notice_id, str(error))
        return False
    ApprovalNotice.objects.filter(pk=notice_id, status=NoticeStatus.PENDING).update(
        status=NoticeStatus.SENT, sent_at=timezone.now(), problem=""
    )
    return True


@retried_transaction
def _taken(notice_id: int) -> ApprovalNotice | None:
    """The notice, leased to the caller; None when another one has it."""
    notice = ApprovalNotice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None or notice.status != NoticeStatus.PENDING or notice.due_at > timezone.now():
        return None
    notice.attempts += 1
    notice.due_at = timezone.now() + LEASE
    notice.save(update_fields=["attempts", "due_at"])
    return notice


@retried_transaction
def _failed(notice_id: int, problem: str) -> None:
    """Try again later, or end the operation: nobody outside will ever hear of it."""
    operation_id = ApprovalNotice.objects.filter(pk=notice_id).values_list("request__operation_id").first()[0]
    operation = locked(operation_id)
    notice = ApprovalNotice.objects.select_for_update().select_related("request").get(pk=notice_id)
    if notice.status != NoticeStatus.PENDING:
        return
    notice.problem = problem[:255]
    final = notice.attempts >= ATTEMPTS
    if final:
        notice.status = NoticeStatus.FAILED
    else:
        notice.due_at = timezone.now() + timedelta(seconds=BACKOFF_SECONDS[notice.attempts - 1])
    notice.save(update_fields=["problem", "status", "due_at"])
    waits = operation is not None and operation.status == OperationStatus.AWAITING_APPROVAL
    if final and waits and notice.request.status == RequestStatus.WAITING:
        give_up(notice.request, operation, code="approval_endpoint_failed", detail=problem)


def task_document(notice: ApprovalNotice) -> dict:
    """The waiting task as the API would show it, with why it waits and its plan as the tenant may see it."""
    request = notice.request
    operation = Operation.objects.get(pk=request.operation_id)
    created = int(operation.created_at.timestamp())
    parent = f"{settings.ATRIUM_PUBLIC_URL}/api{path_of(operation)}"
    task = f"{parent}/tasks/{operation.id}"
    return {
        "taskId": str(operation.id),
        "type": saga_of_kind(operation.kind).dialect_type,
        "state": "QUEUEING",
        "userId": str(operation.actor_id),
        "ownerId": str(operation.resource_id),
        "creationTimestamp": created,
        "timestamp": created,
        "reasons": [reason["message"] for reason in request.reasons],
        "plan": request.plan,
        "links": [
            {"rel": "self", "type": TASK_TYPE, "href": task},
            {"rel": "parent", "href": parent},
            {"rel": "continue", "href": f"{task}/action/continue"},
            {"rel": "cancel", "href": f"{task}/action/cancel"},
        ],
    }
