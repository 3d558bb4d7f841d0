"""Slows down guessing: failures are counted by key for a while, atomically, for all processes.

Counting needs the cache. Without it nothing is counted, and what slows guessing then is the slow hash of
passwords and the lock-out of accounts, which the database knows.
"""

from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Throttle:
    """``allowed`` failures by key within ``window_seconds`` of the first."""

    name: str
    allowed: int
    window_seconds: int = 60

    def wait_seconds(self, key: str) -> int:
        """How long this key must wait at most; 0 when it need not."""
        return self.window_seconds if (cache.get(self._place(key)) or 0) >= self.allowed else 0

    def failed(self, key: str) -> None:
        """Count a failure."""
        place = self._place(key)
        cache.add(place, 0, self.window_seconds)
        try:
            cache.incr(place)
        except ValueError:
            cache.add(place, 1, self.window_seconds)

    def _place(self, key: str) -> str:
        return f"throttle:{self.name}:{key}"
