"""The websocket of one console: redeems the ticket, passes bytes both ways, and says why it ends.

The ticket comes as a websocket subprotocol, since addresses end up in logs.
"""

import asyncio
import logging
from contextlib import suppress

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from consoles import services
from consoles.endings import ConsoleEnded, Ending
from consoles.models import ConsoleSession
from consoles.relay_connection import connect
from consoles.services.closing import group_of
from core.client_address import connection_address

SUBPROTOCOL = "binary"
TICKET_PREFIX = "ticket."
CHUNK_BYTES = 64 * 1024
CHECK_SECONDS = 5
INPUT_SECONDS = 30
# After the machine's end of the connection closed, the news of why may still be on its way.
CAUSE_CHECKS = 8
CAUSE_CHECK_SECONDS = 0.25
LONGEST_REASON_BYTES = 123
logger = logging.getLogger(__name__)


class ConsoleConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.session: ConsoleSession | None = None
        self.relay: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.opened, self.look_again = asyncio.Event(), asyncio.Event()
        offered = self.scope.get("subprotocols", [])
        # Accepted in any case: before that, a browser is told neither code nor reason.
        await self.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        self.running = asyncio.create_task(self._run(_ticket_in(offered)))

    async def disconnect(self, code: int) -> None:
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running
        if self.session is not None:
            await self.channel_layer.group_discard(group_of(self.session), self.channel_name)
        await self._let_go(Ending.LEFT)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing more is taken from the browser until the machine has taken this."""
        await self.opened.wait()
        if self.relay is None or not bytes_data:
            return
        writer = self.relay[1]
        try:
            writer.write(bytes_data)
            await asyncio.wait_for(writer.drain(), INPUT_SECONDS)
        except TimeoutError:
            await self._end(ConsoleEnded(Ending.TOO_SLOW))
        except OSError:
            self.look_again.set()

    async def console_check(self, message: dict) -> None:
        """Somebody changed what this console depends on."""
        self.look_again.set()

    async def _run(self, token: str) -> None:
        try:
            await self._open(token)
            await self._until_it_ends()
        except ConsoleEnded as end:
            await self._end(end)
        except Exception:
            logger.exception("a console broke")
            await self._end(ConsoleEnded(Ending.NO_CONSOLE_SERVICE))
        finally:
            self.opened.set()

    async def _open(self, token: str) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            raise ConsoleEnded(Ending.LOGGED_OUT)
        self.session = await database_sync_to_async(services.redeem)(
            token=token,
            user=user,
            session_key=self.scope["session"].session_key,
            virtual_machine_id=self.scope["url_route"]["kwargs"]["machine_id"],
        )
        await self.channel_layer.group_add(group_of(self.session), self.channel_name)
        await self._check()
        self.relay = await connect(await database_sync_to_async(services.relay_target_of)(self.session))
        self.opened.set()

    async def _until_it_ends(self) -> None:
        """Raises ConsoleEnded, always."""
        tasks = {asyncio.create_task(self._pass_on()), asyncio.create_task(self._check_regularly())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()

    async def _pass_on(self) -> None:
        """What is on the screen, no faster than the browser takes it."""
        with suppress(OSError):
            while data := await self.relay[0].read(CHUNK_BYTES):
                await self.send(bytes_data=data)
        for _ in range(CAUSE_CHECKS):
            await self._check()
            await asyncio.sleep(CAUSE_CHECK_SECONDS)
        raise ConsoleEnded(Ending.MACHINE_CLOSED)

    async def _check_regularly(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.look_again.wait(), CHECK_SECONDS)
            self.look_again.clear()
            await self._check()

    async def _check(self) -> None:
        await database_sync_to_async(services.renew)(
            session=self.session,
            session_key=self.scope["session"].session_key,
            address=connection_address(self.scope),
        )

    async def _let_go(self, ending: Ending) -> None:
        if self.relay is not None:
            self.relay[1].close()
        if self.session is not None:
            await database_sync_to_async(services.record_end)(session=self.session, ending=ending)

    async def _end(self, end: ConsoleEnded) -> None:
        # First, for a browser that no longer reads may keep the closing waiting.
        await self._let_go(end.ending)
        reason = end.words.encode()[:LONGEST_REASON_BYTES].decode(errors="ignore")
        with suppress(RuntimeError):  # the browser was faster
            await self.close(code=end.ending, reason=reason)


def _ticket_in(subprotocols: list[str]) -> str:
    offered = (name.removeprefix(TICKET_PREFIX) for name in subprotocols if name.startswith(TICKET_PREFIX))
    return next(offered, "")
