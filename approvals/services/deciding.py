"""Approving and rejecting what waits."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.approvers import OVERRIDE, decides_for
from approvals.models import ApprovalRequest, RequestStatus
from approvals.services.ending import close
from core.errors import Conflict, DomainError, NotFound, PermissionRefused
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from operations import engine
from operations.engine.ending import subject_of
from operations.models import Operation, OperationStatus
from operations.saga import saga_for
from operations.services import cancel_operation
from tenants.access import may
from tenants.services.identity import actor_by_id

COMMENT_LENGTH = 1000
MOST_AT_ONCE = 100


class Verdict(NamedTuple):
    """What came of deciding one of many; ``refusal`` None: it was done."""

    request: ApprovalRequest
    refusal: DomainError | None


@retried_transaction
def decide(*, actor: Any, operation_id: UUID, approve: bool, comment: str = "") -> ApprovalRequest:
    """Approve a waiting operation, which begins, or reject it, which gives back all it held.

    Raises NotFound when the actor may not see it, PermissionRefused when they may not decide it,
    Conflict when it does not wait any more, ran out of time, or makes no sense any more.
    """
    operation, request = _locked(actor, operation_id)
    person = _require_entitled(actor, request)
    _require_waiting(request, operation, approve)
    request.comment = comment.strip()[:COMMENT_LENGTH]
    request.on_behalf_of = "" if person.pk == actor.pk else str(person)
    status = RequestStatus.APPROVED if approve else RequestStatus.REJECTED
    close(request, status, actor)
    record_event(
        kind="approval.granted" if approve else "approval.rejected",
        subject=subject_of(operation),
        actor=actor,
        severity=Severity.INFO if approve else Severity.WARN,
        operation_id=operation.id,
        data={"kind": request.kind, "comment": request.comment, "on_behalf_of": request.on_behalf_of},
    )
    if approve:
        _require_requester(operation)
        engine.release(operation)
    else:
        engine.refuse(operation, code="approval_refused", detail=request.comment)
    return request


def decide_many(*, actor: Any, request_ids: Iterable[int], approve: bool, comment: str = "") -> list[Verdict]:
    """Decide each by itself, the oldest first; one that is refused stops no other."""
    requests = ApprovalRequest.objects.visible_to(actor).filter(pk__in=list(request_ids)[:MOST_AT_ONCE])
    verdicts = []
    for request in requests.order_by("id"):
        refusal = None
        try:
            decide(actor=actor, operation_id=request.operation_id, approve=approve, comment=comment)
        except DomainError as error:
            refusal = error
        verdicts.append(Verdict(request, refusal))
    return verdicts


def stop(*, actor: Any, operation_id: UUID, comment: str = "") -> None:
    """Cancel an operation as the API does: who may decide what waits rejects it, others cancel as ever.

    Raises what ``decide`` and ``cancel_operation`` raise.
    """
    waiting = ApprovalRequest.objects.visible_to(actor).waiting().filter(operation_id=operation_id).first()
    if waiting is not None and decides_for(actor, waiting) is not None:
        decide(actor=actor, operation_id=operation_id, approve=False, comment=comment)
    else:
        cancel_operation(actor=actor, operation_id=operation_id)


def _locked(actor: Any, operation_id: UUID) -> tuple[Operation, ApprovalRequest]:
    """Operation first, then request, as everybody locks them."""
    operation = Operation.objects.visible_to(actor).select_for_update().filter(id=operation_id).first()
    requests = ApprovalRequest.objects.visible_to(actor).select_for_update().select_related("rule")
    request = requests.filter(operation_id=operation_id).first() if operation else None
    if operation is None:
        raise NotFound(_("There is no such task."), code="TASK-1")
    if request is None:
        raise Conflict(_("This task does not wait for an approval."), code="TASK-2")
    return operation, request


def _require_entitled(actor: Any, request: ApprovalRequest) -> Any:
    person = decides_for(actor, request)
    if person is not None:
        return person
    if request.requester_id == actor.pk:
        raise PermissionRefused(
            _("Nobody decides what they asked for themselves."),
            code="APPROVAL-OWN",
            remedy=_("Somebody else who may approve has to look at it. You can cancel it."),
        )
    raise PermissionRefused(
        _("Deciding this takes the privilege %(privilege)s, or being named by the rule %(rule)s.")
        % {"privilege": OVERRIDE, "rule": request.rule or "-"},
        code="PRIVILEGE_MISSING",
    )


def _require_waiting(request: ApprovalRequest, operation: Operation, approve: bool) -> None:
    if request.status != RequestStatus.WAITING or operation.status != OperationStatus.AWAITING_APPROVAL:
        raise Conflict(
            _("%(what)s was decided already: %(status)s, by %(who)s.")
            % {
                "what": request.resource_name,
                "status": request.get_status_display(),
                "who": request.decided_by_name or _("the platform"),
            },
            code="TASK-2",
        )
    if request.expires_at <= timezone.now():
        raise Conflict(
            _("The time to decide has run out."),
            code="WKF-03" if approve else "WKF-02",
            remedy=_("It has to be started again."),
        )


def _require_requester(operation: Operation) -> None:
    """What people lose the right to while it waits does not begin."""
    requester = actor_by_id(operation.actor_id) if operation.actor_id else None
    allowed = requester is not None and may(requester, saga_for(operation).privilege, operation)
    if allowed and Operation.objects.visible_to(requester).filter(pk=operation.pk).exists():
        return
    raise Conflict(
        _("%(who)s, who asked for this, may not do it any more.") % {"who": operation.actor_name},
        code="WKF-03",
        remedy=_("Reject it; somebody who may can start it again."),
    )
