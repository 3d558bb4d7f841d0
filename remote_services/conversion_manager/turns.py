"""Whose turn it is to convert, and who was told to stop. In memory: after a restart a command comes again."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from uuid import UUID

from remote_services.runtime.errors import Cancelled
from remote_services.runtime.settings import settings

MOST_REMEMBERED = 1_000
_LOOK_SECONDS = 0.2
_lock = threading.Lock()
_cancelled: OrderedDict[UUID, None] = OrderedDict()


def cancel(conversion_id: UUID) -> None:
    """Also of one whose command comes later: cancelling overtakes what waits."""
    with _lock:
        _cancelled[conversion_id] = None
        if len(_cancelled) > MOST_REMEMBERED:
            _cancelled.popitem(last=False)


def is_cancelled(conversion_id: UUID) -> bool:
    return conversion_id in _cancelled


@contextmanager
def turn(conversion_id: UUID) -> Iterator[None]:
    """Wait until fewer convert than may. Raises Cancelled."""
    while not _seats().acquire(timeout=_LOOK_SECONDS):
        if is_cancelled(conversion_id):
            raise Cancelled("It was cancelled before it began.")
    try:
        yield
    finally:
        _seats().release()


@lru_cache(maxsize=1)
def _seats() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings().conversion_concurrency)
