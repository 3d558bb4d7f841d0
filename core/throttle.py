"""Slows down guessing: what may happen only so often is counted by key, atomically, for all processes.

Counting needs the cache. Without it everything counts as the first time; what slows guessing then is the
slow hash of passwords and the lock-out of accounts, which the database knows.
"""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Throttle:
    """``allowed`` times by key within ``window_seconds`` of the first. Keys are kept as hashes."""

    name: str
    allowed: int
    window_seconds: int = 60

    def count(self, key: str) -> int:
        """Count once more; answers how often it was within the window."""
        place = self._place(key)
        cache.add(place, 0, self.window_seconds)
        try:
            return int(cache.incr(place) or 1)
        except ValueError:
            cache.add(place, 1, self.window_seconds)
            return 1

    def is_used_up(self, key: str) -> bool:
        """Whether all that is allowed was counted."""
        return int(cache.get(self._place(key)) or 0) >= self.allowed

    def wait_seconds(self, key: str) -> int:
        """How long this key must wait at most; 0 when it need not."""
        return self.window_seconds if self.is_used_up(key) else 0

    def forget(self, key: str) -> None:
        """Begin anew."""
        cache.delete(self._place(key))

    def _place(self, key: str) -> str:
        return f"throttle:{self.name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
