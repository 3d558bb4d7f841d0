"""Whose turn it is to convert, and who was told to stop. In memory: after a restart a command comes again."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from remote_services.conversion_manager.measuring import conversions_for
from remote_services.runtime.errors import Cancelled
from remote_services.runtime.settings import settings

logger = logging.getLogger(__name__)

MOST_REMEMBERED = 1_000
_LOOK_SECONDS = 0.2
_lock, _measuring = threading.Lock(), threading.Lock()
_seats: list[threading.BoundedSemaphore] = []
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
    """Wait until fewer convert than may. Raises Cancelled, RepositoryAway."""
    seats = _all_seats()
    while not seats.acquire(timeout=_LOOK_SECONDS):
        if is_cancelled(conversion_id):
            raise Cancelled("It was cancelled before it began.")
    try:
        yield
    finally:
        seats.release()


def _all_seats() -> threading.BoundedSemaphore:
    """The same for the whole process: as many as are configured, or as the storage bears."""
    with _measuring:
        if not _seats:
            _seats.append(threading.BoundedSemaphore(conversions_at_a_time()))
        return _seats[0]


def conversions_at_a_time() -> int:
    environment = settings()
    if environment.conversion_concurrency is not None:
        return environment.conversion_concurrency
    choice = conversions_for(environment.required("repository_dir"), environment.state_dir)
    logger.info("conversions at a time: %s", choice.reason)
    return choice.conversions
