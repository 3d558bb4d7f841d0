"""Whether somebody proved who they are late enough: what a provider says of it, and what was asked for."""

import time
from typing import Any

LEEWAY_SECONDS = 30
CONFIRM = "confirm"


def earliest(process: str, max_age_seconds: int | None = None) -> int | None:
    """The moment (seconds since 1970) before which the person must not have proved who they are.

    For a confirmation that is now; for a sign-in only a ``max_age_seconds`` asks for one. None: any will do.
    """
    if process == CONFIRM:
        return int(time.time())
    return None if max_age_seconds is None else int(time.time()) - max_age_seconds


def is_fresh(proved_at: Any, since: int | None) -> bool:
    """Whether ``proved_at``, as a provider tells it, is no earlier than ``since`` and not in the future.

    Clocks may differ by LEEWAY_SECONDS. What is no number was not told, and is not fresh.
    """
    if since is None:
        return True
    if isinstance(proved_at, bool) or not isinstance(proved_at, int | float):
        return False
    return since - LEEWAY_SECONDS <= proved_at <= time.time() + LEEWAY_SECONDS
