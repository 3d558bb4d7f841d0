"""One Redis subscription per process feeds all its websockets; a message is encoded once per audience."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import redis.asyncio as redis
from django.conf import settings

from events.services.publishing import CHANNEL

logger = logging.getLogger(__name__)
Deliver = Callable[[str], None]
Hears = Callable[[dict[str, Any]], bool]
Act = Callable[[], None]
SIGNED_OUT = "session.ended"
EVERYONE = 0
RETRY_SECONDS = 1.0


class Hub:
    """Distributes changes to the sockets of this process, found by enterprise id; EVERYONE hears all.

    Lives in one event loop; use :func:`hub` to get the loop's own.
    """

    def __init__(self):
        self._sockets: dict[int, dict[Deliver, Hears]] = defaultdict(dict)
        self._watchers: dict[tuple[str, Any], set[Act]] = defaultdict(set)
        self._task: asyncio.Task | None = None

    def join(self, enterprises: Iterable[int], deliver: Deliver, hears: Hears) -> None:
        """Start calling ``deliver(text)`` for each change of the enterprises that is heard. Never blocks."""
        for enterprise in enterprises:
            self._sockets[enterprise][deliver] = hears
        if settings.ATRIUM_REDIS_URL and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._listen())

    def leave(self, enterprises: Iterable[int], deliver: Deliver) -> None:
        for enterprise in enterprises:
            listeners = self._sockets[enterprise]
            listeners.pop(deliver, None)
            if not listeners:
                del self._sockets[enterprise]

    def watch(self, subject_type: str, subject_id: Any, act: Act) -> None:
        """Call ``act()`` after each change of this very thing: a socket's own user, its own session."""
        self._watchers[subject_type, subject_id].add(act)

    def unwatch(self, subject_type: str, subject_id: Any, act: Act) -> None:
        watchers = self._watchers[subject_type, subject_id]
        watchers.discard(act)
        if not watchers:
            del self._watchers[subject_type, subject_id]

    def distribute(self, payload: bytes) -> None:
        """Deliver one change to those it concerns."""
        change = orjson.loads(payload)
        for act in tuple(self._watchers.get((change.get("subject_type"), change.get("subject_id")), ())):
            act()
        if change.get("kind") == SIGNED_OUT:
            return
        concerned = self._sockets.get(change.get("enterprise_id") or EVERYONE, {})
        listeners = {**self._sockets.get(EVERYONE, {}), **concerned}
        text = payload.decode()
        for deliver, hears in listeners.items():
            if hears(change):
                deliver(text)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (redis.RedisError, OSError) as error:
                logger.warning("live updates interrupted: %s", error)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen_once(self) -> None:
        client = redis.Redis.from_url(settings.ATRIUM_REDIS_URL)
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                await subscription.subscribe(CHANNEL)
                async for message in subscription.listen():
                    self.distribute(message["data"])
        finally:
            await client.aclose()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
