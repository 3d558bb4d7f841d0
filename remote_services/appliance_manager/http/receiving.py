"""Takes bytes off a request and puts them on an upload: constant memory, one writer, no endless waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from starlette.requests import ClientDisconnect, Request

from remote_services.appliance_manager.announcing import Announcer
from remote_services.appliance_manager.http.refusal import Refused
from remote_services.appliance_manager.staging import StagedUpload

BATCH_BYTES = 2 * 2**20
SILENCE_SECONDS = 60
TAKEOVER_SECONDS = 10


class _Turn:
    """Whose turn it is at one upload: ``stop`` is that one's, ``waiting`` are those who came later."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.stop = asyncio.Event()
        self.waiting = 0


class Writers:
    """Who writes to which upload. Who comes later takes over: a lost connection may look alive for long."""

    def __init__(self) -> None:
        self._turns: dict[UUID, _Turn] = {}

    @asynccontextmanager
    async def writing(self, upload_id: UUID) -> AsyncIterator[asyncio.Event]:
        """Yields what is set when somebody else wants to write. Raises Refused when that one stays."""
        turn = self._turns.setdefault(upload_id, _Turn())
        turn.stop.set()
        turn.waiting += 1
        try:
            await asyncio.wait_for(turn.lock.acquire(), TAKEOVER_SECONDS)
        except TimeoutError:
            raise Refused(423, "UPLOAD_BUSY", "Another connection is sending this file: try again.") from None
        finally:
            turn.waiting -= 1
        turn.stop = asyncio.Event()
        if turn.waiting:
            turn.stop.set()
        try:
            yield turn.stop
        finally:
            turn.lock.release()
            if not turn.waiting:
                self._turns.pop(upload_id, None)


async def batches(request: Request, stop: asyncio.Event) -> AsyncIterator[bytearray]:
    """The body in pieces of about ``BATCH_BYTES``; what came before the connection broke is a piece as well.

    The next piece comes in while the caller works on one. Ends when the sender goes, falls silent or ``stop``
    is set.
    """
    inflow = _Inflow()
    pump = asyncio.ensure_future(inflow.take_in(request))
    stopped = asyncio.ensure_future(stop.wait())
    try:
        while await inflow.has_more(pump, stopped):
            yield inflow.taken()
    finally:
        stopped.cancel()
        pump.cancel()
        with suppress(asyncio.CancelledError, ClientDisconnect):
            await pump
    if left := inflow.taken():
        yield left


class _Inflow:
    """What has come in and is not taken yet: at most a batch and what one read brings."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._received_bytes = 0
        self._full, self._wanted = asyncio.Event(), asyncio.Event()
        self._wanted.set()

    async def take_in(self, request: Request) -> None:
        """Read to the end of the body, waiting while a batch lies here."""
        async for chunk in request.stream():
            self._kept += chunk
            self._received_bytes += len(chunk)
            if len(self._kept) >= BATCH_BYTES:
                self._wanted.clear()
                self._full.set()
                await self._wanted.wait()

    async def has_more(self, pump: asyncio.Future, stopped: asyncio.Future) -> bool:
        """Whether a whole batch has come; false at the end, however it came."""
        coming = asyncio.ensure_future(self._full.wait())
        try:
            before = -1
            while before < self._received_bytes and not (self._full.is_set() or stopped.done()):
                before = self._received_bytes
                await asyncio.wait(
                    {coming, pump, stopped},
                    timeout=SILENCE_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if pump.done():
                    break
        finally:
            coming.cancel()
        return self._full.is_set() and not stopped.done()

    def taken(self) -> bytearray:
        """What lies here; there is room for more then."""
        taken, self._kept = self._kept, bytearray()
        self._full.clear()
        self._wanted.set()
        return taken


class Sink:
    """Appends to an upload in a worker thread and tells how far it is. Raises Refused past its size."""

    def __init__(self, upload: StagedUpload, announcer: Announcer) -> None:
        self.upload = upload
        self._announcer = announcer

    async def append(self, data: bytes | bytearray) -> None:
        offset = await asyncio.to_thread(self._append, data)
        self._announcer.progress(self.upload.ticket.upload_id, offset)

    def _append(self, data: bytes | bytearray) -> int:
        most = self.upload.ticket.size_bytes
        if self.upload.offset + len(data) > most:
            raise Refused(413, "UPLOAD_TOO_LARGE", f"More than the announced {most} bytes were sent.")
        try:
            self.upload.append(data)
        except FileNotFoundError as error:
            raise Refused(404, "UPLOAD_UNKNOWN", "There is no such upload here any more.") from error
        return self.upload.offset
