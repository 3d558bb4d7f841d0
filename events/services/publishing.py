"""Telling live pages what changed. Best effort by design: the log is the truth and can be replayed."""

import logging
from functools import cache
from typing import Any

import orjson
import redis
from django.conf import settings
from django.db import transaction

from events.restriction import is_restricted
from events.subject import Subject

CHANNEL = "atrium.changes"
logger = logging.getLogger(__name__)


def publish_change(
    *,
    kind: str,
    subject: Subject,
    data: dict[str, Any],
    sequence: int | None = None,
) -> None:
    """Stream a change after the commit of the current transaction (at once outside of one).

    It says whether its subject lies in a restricted appliance, for it is not asked again who hears it.
    ``sequence`` is the event's number when the change is in the log; progress of a
    running step is streamed without one and is not replayed.
    """
    if not settings.ATRIUM_REDIS_URL:
        return
    known = subject.restricted
    message = {
        "seq": sequence,
        "kind": kind,
        "subject_type": subject.subject_type,
        "subject_id": subject.id,
        "enterprise_id": subject.enterprise_id,
        "virtual_datacenter_id": subject.virtual_datacenter_id,
        "restricted": is_restricted(subject.virtual_appliance_id) if known is None else known,
        "data": data,
    }
    transaction.on_commit(lambda: stream_change(message), robust=True)


def stream_change(message: dict[str, Any]) -> None:
    """Hand one message to every web process. A Redis that is away costs the liveness, nothing else."""
    if not settings.ATRIUM_REDIS_URL:
        return
    try:
        _client().publish(CHANNEL, orjson.dumps(message, default=str))
    except redis.RedisError as error:
        logger.warning("live update not streamed: %s", error)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.ATRIUM_REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
