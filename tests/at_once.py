"""Many acts at once: on MariaDB and on a shared file really so, on SQLite in memory one after the other."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from django.db import connection, connections

from core.errors import DomainError

MOST_THREADS = 20

Act = Callable[[], Any]


def together(acts: list[Act]) -> list[Any]:
    """What each act answered; the threads begin at the same moment."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        return [act() for act in acts]

    def run(act: Act) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    threads = min(len(acts), MOST_THREADS)
    with ThreadPoolExecutor(threads, initializer=Barrier(threads).wait) as pool:
        return list(pool.map(run, acts))


def outcome_of(act: Act) -> str:
    """The code of the refusal, or "done"."""
    try:
        act()
    except DomainError as error:
        return error.code
    return "done"


def all_at_once(acts: list[Act]) -> Counter:
    """How often each outcome came."""
    return Counter(together([partial(outcome_of, act) for act in acts]))
