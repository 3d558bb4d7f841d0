"""Running a transaction again when another one was quicker: a deadlock, or a unique row that appeared."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import Error, IntegrityError, OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 5
DEADLOCK_CODES = {1213, 1205, 1020}


def retried_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one transaction, again from the start when it lost a race to another.

    Such are deadlocks (MariaDB 1213, 1205, 1020) and unique rows that appeared meanwhile.

    Inside a transaction of the caller it just joins: only the outermost can start over.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                if attempt == ATTEMPTS or not _lost_a_race(error):
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return run


def _lost_a_race(error: Error) -> bool:
    """A unique row that appeared since it was looked for is found when looking again."""
    return isinstance(error, IntegrityError) or bool(error.args) and error.args[0] in DEADLOCK_CODES
