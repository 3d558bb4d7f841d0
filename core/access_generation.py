"""A token that changes whenever anything that decides about rights changes: users, roles, enterprises.

What was remembered about rights is good only under the token it was remembered with.
"""

from secrets import token_hex

from django.core.cache import cache
from django.db import transaction

_KEY = "access:generation"
_KEPT_SECONDS = 24 * 3_600


def access_generation() -> str:
    """The present token; empty when nothing has changed for long, or the cache was emptied."""
    return cache.get(_KEY, "")


def access_changed() -> None:
    """Forget what is remembered about rights, once the caller's transaction is committed."""
    transaction.on_commit(lambda: cache.set(_KEY, token_hex(8), _KEPT_SECONDS), robust=True)
