"""Telling administrators the numbers that a refusal kept from the actor."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

from core.errors import LimitExceeded
from events.models import Severity
from events.services import record_event

P = ParamSpec("P")
R = TypeVar("R")


def noting_refusals(function: Callable[P, R]) -> Callable[P, R]:
    """Record an event when a hard limit whose numbers the actor may not see refuses.

    Goes around the transaction, which the refusal undoes; inside a transaction of the caller the
    outermost service with this decorator records it.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except LimitExceeded as error:
            if error.hidden and error.subject is not None and not (error.soft or connection.in_atomic_block):
                _record(error, kwargs.get("actor"))
                error.hidden = ()
            raise

    return run


def _record(error: LimitExceeded, actor: object) -> None:
    record_event(
        kind="limit.reached",
        subject=error.subject,
        actor=actor,
        severity=Severity.WARN,
        private_data={"limits": list(error.hidden)},
    )
