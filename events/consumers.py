"""The websocket of every page: changes in the user's enterprise, replayed from the log after a gap."""

import asyncio
import json

import orjson
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from events.hub import EVERYONE, hub
from events.models import Event

QUEUE_LENGTH = 1000
REPLAY_LIMIT = 500
OVERLAP = 50
TOO_SLOW = 4008
NOT_SIGNED_IN = 4401


class EventConsumer(AsyncWebsocketConsumer):
    """Sends ``{"seq", "kind", "subject_type", "subject_id", "enterprise_id", "data"}``.

    The client may send ``{"since": seq}`` to get what it missed. Replay starts a little
    earlier, since numbers are given before commits; clients drop what they have seen.
    """

    async def connect(self):
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.audience = await sync_to_async(_audience_of)(user)
        self.queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        hub().join(self.audience, self._enqueue)
        await self.accept()
        self.sender = asyncio.create_task(self._send_all())

    async def disconnect(self, code):
        if hasattr(self, "sender"):
            hub().leave(self.audience, self._enqueue)
            self.sender.cancel()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            since = int(json.loads(text_data or "{}").get("since", 0))
        except (ValueError, TypeError, AttributeError):
            return
        if since > 0:
            for text in await sync_to_async(_missed)(self.scope["user"], since):
                await self.send(text_data=text)

    def _enqueue(self, text: str) -> None:
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            hub().leave(self.audience, self._enqueue)
            asyncio.create_task(self.close(code=TOO_SLOW))  # noqa: RUF006  the consumer outlives it

    async def _send_all(self):
        while True:
            await self.send(text_data=await self.queue.get())


def _audience_of(user) -> int:
    return EVERYONE if user.sees_all_enterprises else user.enterprise_id


def _missed(user, since: int) -> list[str]:
    fields = ("id", "kind", "subject_type", "subject_id", "enterprise_id", "data")
    rows = Event.objects.visible_to(user).filter(id__gt=since - OVERLAP).order_by("id").values_list(*fields)
    names = ("seq", *fields[1:])
    return [orjson.dumps(dict(zip(names, row, strict=True))).decode() for row in rows[:REPLAY_LIMIT]]
