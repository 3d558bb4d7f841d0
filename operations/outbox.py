"""The outbox: a command is a row of the transaction that decided it, and leaves after the commit.

Publishing twice does no harm (a command names an intent), so no row is locked while the network answers.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from contracts.base import COMMAND_TASK
from operations import broker
from operations.models import OutboxMessage

logger = logging.getLogger(__name__)
BATCH = 200


def enqueue(*, queue: str, body: dict[str, Any], delay_seconds: float = 0, task: str = COMMAND_TASK) -> None:
    """Write the message down; without delay it is published right after the commit."""
    message = OutboxMessage.objects.create(
        queue=queue, task=task, body=body, due_at=timezone.now() + timedelta(seconds=delay_seconds)
    )
    if not delay_seconds:
        transaction.on_commit(lambda: _publish_now(message), robust=True)


def publish_due(older_than_seconds: float = 2) -> int:
    """Publish what is overdue: back-offs that ended, and what could not be published after its commit.

    Returns how many messages left. Stops at the first failure, the broker being away.
    """
    due = timezone.now() - timedelta(seconds=older_than_seconds)
    sent = 0
    for message in OutboxMessage.objects.filter(due_at__lte=due).order_by("id")[:BATCH]:
        if not _publish_now(message):
            break
        sent += 1
    return sent


def pending_command_ids() -> set[str]:
    """The commands that still wait here, so that their silence is nobody's fault."""
    return {body.get("command_id") for body in OutboxMessage.objects.values_list("body", flat=True)[:10_000]}


def _publish_now(message: OutboxMessage) -> bool:
    try:
        broker.publish(queue=message.queue, task=message.task, body=message.body)
    except Exception as error:  # noqa: BLE001  whatever the transport raises, the row stays and is tried again
        logger.warning("broker not reached, message %s stays in the outbox: %s", message.pk, error)
        return False
    rows = OutboxMessage.objects.filter(pk=message.pk)
    # Nothing refers to these rows, so the search for dependants that delete() begins with is left out.
    rows._raw_delete(rows.db)
    return True
