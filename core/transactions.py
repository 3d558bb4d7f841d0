"""Running a transaction again when the database chose it as the victim of a deadlock."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 5
DEADLOCK_CODES = {1213, 1205, 1020}


def retried_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one transaction, again from the start after a deadlock (MariaDB 1213, 1205, 1020).

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
            except OperationalError as error:
                if attempt == ATTEMPTS or not _is_deadlock(error):
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return run


def _is_deadlock(error: OperationalError) -> bool:
    return bool(error.args) and error.args[0] in DEADLOCK_CODES
