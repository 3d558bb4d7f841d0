"""How many rows a list has. Counting a long list costs more than reading a page of it, so the total of
a long one is remembered for some seconds; short ones are always counted, so what a client just made shows.
"""

import time
from threading import Lock

from core.api.readers import Reader

REMEMBER_SECONDS = 10
LONG_LIST = 2_000
_MOST_REMEMBERED = 1_000

_totals: dict[str, tuple[float, int]] = {}
_lock = Lock()


def total_of(reader: Reader, key: str) -> int:
    """The number of rows, at most REMEMBER_SECONDS old when there are more than LONG_LIST."""
    now = time.monotonic()
    known = _totals.get(key)
    if known and known[0] > now:
        return known[1]
    total = reader.count()
    if total > LONG_LIST:
        _remember(key, now + REMEMBER_SECONDS, total)
    return total


def _remember(key: str, until: float, total: int) -> None:
    with _lock:
        if len(_totals) >= _MOST_REMEMBERED:
            _totals.clear()
        _totals[key] = (until, total)
