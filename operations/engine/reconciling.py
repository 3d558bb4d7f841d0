"""The guarantee behind every wake-up: finds what was forgotten and moves it on."""

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from operations import outbox
from operations.engine.driving import advance
from operations.engine.reporting import expire
from operations.models import Operation, OperationStatus, Step, StepStatus

logger = logging.getLogger(__name__)


def reconcile() -> None:
    """Publish what is overdue, expire silent steps, advance what nobody moved; one failure stops no other."""
    outbox.publish_due()
    silent = Step.objects.filter(status=StepStatus.RUNNING, lease_expires_at__lt=timezone.now())
    for step_id in list(silent.values_list("id", flat=True)):
        _guarded(expire, step_id)
    for operation_id in _stalled():
        _guarded(advance, operation_id)


def _stalled() -> list:
    """Active operations that wait for no command; those that wait for a person are left alone."""
    running = Step.objects.filter(operation=OuterRef("pk"), status=StepStatus.RUNNING)
    awaiting = Q(status=OperationStatus.AWAITING_APPROVAL, cancel_requested_at__isnull=True)
    moment_ago = timezone.now() - timedelta(seconds=2)
    return list(
        Operation.objects.filter(Q(active_key__isnull=False), ~Exists(running), created_at__lt=moment_ago)
        .exclude(awaiting)
        .order_by("created_at")
        .values_list("id", flat=True)[:500]
    )


def _guarded(act, identifier) -> None:
    try:
        act(identifier)
    except Exception:
        logger.exception("reconciling %s failed, tried again in the next round", identifier)
