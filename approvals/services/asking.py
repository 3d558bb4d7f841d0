"""Starting operations that may have to be approved first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals.models import ApprovalNotice, ApprovalRequest, ApprovalRule
from approvals.needs import Proposal, needed
from approvals.services import mailing
from core.errors import Reason
from core.prepared import Prepared
from events.services import record_event
from operations import engine
from operations.engine.ending import subject_of
from operations.models import Operation
from tenants.models import Enterprise

DEFAULT_HOURS = 72
_rules = Prepared(lambda enterprise_id: ApprovalRule.objects.in_force(enterprise_id))


def start(
    *, propose: Callable[[], Proposal], enterprise: Enterprise, resource: Any, actor: Any, **context: Any
) -> Operation:
    """Start an operation in the caller's transaction; one that must be approved holds all it needs and waits.

    ``propose`` makes the proposal, where approvals are asked for at all. ``enterprise`` is the owner of
    ``resource``; ``context`` is what ``engine.start`` takes.
    """
    if not enterprise.requires_approval:
        return engine.start(resource=resource, actor=actor, **context)
    proposal = propose()
    reasons = needed(_rules.all(enterprise.id), proposal, actor)
    operation = engine.start(resource=resource, actor=actor, waits=bool(reasons), **context)
    if reasons:
        _ask(operation, proposal, reasons, actor)
    return operation


def foreseen(*, propose: Callable[[], Proposal], enterprise: Enterprise, actor: Any) -> tuple[Reason, ...]:
    """Why what is proposed would wait for approval if it were started now; none when it would not."""
    if not enterprise.requires_approval:
        return ()
    return needed(_rules.all(enterprise.id), propose(), actor)


def _ask(operation: Operation, proposal: Proposal, reasons: tuple[Reason, ...], actor: Any) -> None:
    rule = ApprovalRule.objects.filter(pk=reasons[0].numbers.get("rule")).first()
    now = timezone.now()
    request = ApprovalRequest.objects.create(
        operation_id=operation.id,
        kind=proposal.kind,
        enterprise_id=operation.enterprise_id,
        virtual_datacenter_id=operation.virtual_datacenter_id,
        virtual_appliance_id=operation.virtual_appliance_id,
        rule=rule,
        resource_type=operation.resource_type,
        resource_id=operation.resource_id,
        resource_name=operation.resource_name,
        requester_id=operation.actor_id,
        requester_name=operation.actor_name,
        reasons=[reason.as_dict() for reason in reasons],
        plan=proposal.plan,
        private_plan=proposal.private_plan,
        expires_at=now + timedelta(hours=rule.expires_after_hours if rule else DEFAULT_HOURS),
    )
    if rule and rule.external_url:
        ApprovalNotice.objects.create(request=request, url=rule.external_url, due_at=now)
    record_event(
        kind="approval.requested",
        subject=subject_of(operation),
        actor=actor,
        operation_id=operation.id,
        data={"kind": request.kind, "reasons": [reason.message for reason in reasons]},
    )
    mailing.tell_approvers(request)
