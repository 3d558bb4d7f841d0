"""What a process remembers for seconds about who asks, good only while nothing about rights has changed."""

import time
from typing import Any

_MOST = 10_000


class ShortMemory:
    """Values by key. One is forgotten after ``seconds``, and with every change of users, roles or tokens."""

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._kept: dict[str, tuple[float, str, Any]] = {}

    def recall(self, key: str, generation: str) -> Any | None:
        """What was kept under this key under the same access generation, or None."""
        expires, seen, value = self._kept.get(key, (0.0, "", None))
        return value if expires > time.monotonic() and seen == generation else None

    def keep(self, key: str, value: Any, generation: str) -> None:
        """Remember it. ``generation`` was read before the value was, so that a change between them counts."""
        if len(self._kept) > _MOST:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + self._seconds, generation, value)
