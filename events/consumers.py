"""The websocket of every page: changes the user may see, replayed from the log after a gap."""

import asyncio
import json
from contextlib import suppress

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user_model

from core.client_address import connection_address
from core.sessions import hashed, is_signed_in
from events.audience import Audience, audience_of
from events.hub import hub
from events.models import Event

QUEUE_LENGTH = 1000
REPLAY_LIMIT = 500
OVERLAP = 50
LOOK_AGAIN_SECONDS = 30
TOO_SLOW = 4008
RIGHTS_CHANGED = 4009
NOT_SIGNED_IN = 4401


class EventConsumer(AsyncWebsocketConsumer):
    """Sends JSON of ``seq``, ``kind``, ``subject_type``, ``subject_id``, ``enterprise_id``,
    ``virtual_datacenter_id`` and ``data``.

    The client may send ``{"since": seq}`` to get what it missed. Replay starts a little
    earlier, since numbers are given before commits; clients drop what they have seen.
    """

    async def connect(self):
        self.audience = await self._present_audience()
        if self.audience is None:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        self.look_again, self.signed_out = asyncio.Event(), False
        self.watched = (
            ("user", self.scope["user"].pk, self.look_again.set),
            ("session", hashed(self.scope["session"].session_key), self._sign_out),
        )
        hub().join(self.audience.enterprises, self._enqueue, self.audience.hears)
        for subject_type, subject_id, act in self.watched:
            hub().watch(subject_type, subject_id, act)
        await self.accept()
        self.tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._stay_entitled())]

    async def disconnect(self, code):
        if hasattr(self, "tasks"):
            hub().leave(self.audience.enterprises, self._enqueue)
            for subject_type, subject_id, act in self.watched:
                hub().unwatch(subject_type, subject_id, act)
            for task in self.tasks:
                task.cancel()

    async def receive(self, text_data=None, bytes_data=None):
        try:
            since = int(json.loads(text_data or "{}").get("since", 0))
        except (ValueError, TypeError, AttributeError):
            return
        if since > 0:
            for text in await database_sync_to_async(_missed)(self.scope["user"], since):
                await self.send(text_data=text)

    def _enqueue(self, text: str) -> None:
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            hub().leave(self.audience.enterprises, self._enqueue)
            asyncio.create_task(self.close(code=TOO_SLOW))  # noqa: RUF006  the consumer outlives it

    async def _send_all(self):
        while True:
            await self.send(text_data=await self.queue.get())

    def _sign_out(self) -> None:
        self.signed_out = True
        self.look_again.set()

    async def _stay_entitled(self):
        """Close once the session has ended, the user may not come from here any more, or may hear others
        than before. Looked at when told of a change, and now and then in case the telling was lost."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.look_again.wait(), LOOK_AGAIN_SECONDS)
            self.look_again.clear()
            audience = None if self.signed_out else await self._present_audience()
            if audience != self.audience:
                hub().leave(self.audience.enterprises, self._enqueue)
                await self.close(code=NOT_SIGNED_IN if audience is None else RIGHTS_CHANGED)
                return

    async def _present_audience(self) -> Audience | None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            return None
        session_key, address = self.scope["session"].session_key, connection_address(self.scope)
        return await database_sync_to_async(_audience_of)(user.pk, session_key, address)


def _audience_of(user_id: int, session_key: str, address: str | None) -> Audience | None:
    """Whom the user hears now; None when this session is not theirs any more, or not from this address."""
    actor = get_user_model().objects.actor(user_id)
    if actor is None or not is_signed_in(actor, session_key) or not actor.may_come_from(address):
        return None
    return audience_of(actor)


def _missed(user, since: int) -> list[str]:
    fields = ("id", "kind", "subject_type", "subject_id", "enterprise_id", "virtual_datacenter_id", "data")
    actor = get_user_model().objects.actor(user.pk)
    if actor is None:
        return []
    rows = Event.objects.visible_to(actor).filter(id__gt=since - OVERLAP).order_by("id").values_list(*fields)
    names = ("seq", *fields[1:])
    return [orjson.dumps(dict(zip(names, row, strict=True))).decode() for row in rows[:REPLAY_LIMIT]]
