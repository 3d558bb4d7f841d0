"""The outbox: a command is a row of the transaction that decided it, and leaves after the commit.

Publishing twice does no harm (a command names an intent), so no row is locked while the network answers.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from contracts.base import COMMAND_TASK
from operations import broker
from operations.models import OutboxMessage

logger = logging.getLogger(__name__)
BATCH = 200
COLLECT_SECONDS = 0.5
LEAVING_SECONDS = 1
_left: deque[int] = deque()
_collecting = False


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


def collect_published(call_repeatedly: Callable[[float, Callable[[], None]], Any]) -> None:
    """Let this process delete its published rows together, twice a second: each deletion is a durable commit.

    One that dies before has them published again, which does no harm.
    """
    global _collecting
    _collecting = True
    call_repeatedly(COLLECT_SECONDS, forget_published)


def forget_published() -> None:
    """Delete the rows of what was published; a database that is away is asked again the next time."""
    ids = [_left.popleft() for _ in range(len(_left))]
    if not ids:
        return
    rows = OutboxMessage.objects.filter(pk__in=ids)
    try:
        # Nothing refers to these rows, so the search for dependants that delete() begins with is left out.
        rows._raw_delete(rows.db)
    except DatabaseError:
        _left.extend(ids)
        logger.exception("published messages were not deleted yet")


def withdraw(*, queue: str, command_id: Any) -> bool:
    """Take back a command that is to be tried again later; False when there is none, or it may be leaving."""
    not_yet = timezone.now() + timedelta(seconds=LEAVING_SECONDS)
    backing_off = OutboxMessage.objects.filter(
        queue=queue, due_at__gt=not_yet, body__command_id=str(command_id)
    )
    return backing_off.delete()[0] > 0


def pending_command_ids() -> set[str]:
    """The commands that still wait here, so that their silence is nobody's fault."""
    return {body.get("command_id") for body in OutboxMessage.objects.values_list("body", flat=True)[:10_000]}


def _publish_now(message: OutboxMessage) -> bool:
    try:
        broker.publish(queue=message.queue, task=message.task, body=message.body)
    except Exception as error:  # noqa: BLE001  whatever the transport raises, the row stays and is tried again
        logger.warning("broker not reached, message %s stays in the outbox: %s", message.pk, error)
        return False
    _left.append(message.pk)
    if not _collecting:
        forget_published()
    return True
