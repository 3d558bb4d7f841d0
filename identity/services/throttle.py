"""Counting what may happen only so often, atomically, in the cache all processes share."""

import hashlib

from django.core.cache import cache


def count(purpose: str, key: str, *, seconds: int) -> int:
    """Count once more; answers how often within the window that began with the first.

    While the cache is away everything counts as the first time: what must hold then as well,
    like locking an account, is counted in the database.
    """
    name = _name(purpose, key)
    cache.add(name, 0, seconds)
    try:
        return int(cache.incr(name) or 1)
    except ValueError:
        return 1


def counted(purpose: str, key: str) -> int:
    """How often within the present window."""
    return int(cache.get(_name(purpose, key)) or 0)


def forget(purpose: str, key: str) -> None:
    """Begin anew."""
    cache.delete(_name(purpose, key))


def _name(purpose: str, key: str) -> str:
    return f"throttle:{purpose}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
