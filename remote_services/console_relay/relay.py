"""One connection from the server, from its request line to its end."""

import asyncio
import logging
import socket
from collections.abc import Callable

from contracts.console import ConsoleRequest
from remote_services.console_relay.admission import Admission
from remote_services.console_relay.joining import close, join
from remote_services.console_relay.refusal import Refused
from remote_services.runtime.errors import RemoteError

OPEN_SECONDS = 10
logger = logging.getLogger(__name__)

OpenConsole = Callable[[ConsoleRequest], socket.socket]


class Relay:
    """``open_console`` is a blocking call that answers a connected socket to the machine's console,
    or raises RemoteError."""

    def __init__(self, admission: Admission, open_console: OpenConsole) -> None:
        self._admission = admission
        self._open_console = open_console

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except Refused as refusal:
            logger.warning("console refused (%s): %s", refusal.code, refusal.words)
            writer.write(refusal.line())
        except OSError as error:
            logger.info("console connection lost: %s", error)
        finally:
            await close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await self._admission.request_from(reader)
        with self._admission.session_on(request.machine_id):
            console_reader, console_writer = await asyncio.open_connection(sock=await self._console(request))
            try:
                writer.write(b"OK\n")
                logger.info("console of machine %s opened", request.machine_id)
                await join((reader, writer), (console_reader, console_writer))
            finally:
                await close(console_writer)
                logger.info("console of machine %s closed", request.machine_id)

    async def _console(self, request: ConsoleRequest) -> socket.socket:
        opening = asyncio.ensure_future(asyncio.to_thread(self._open_console, request))
        try:
            console = await asyncio.wait_for(asyncio.shield(opening), OPEN_SECONDS)
        except RemoteError as error:
            raise Refused(str(error.code), str(error)) from error
        except TimeoutError:
            # The thread cannot be stopped; what it still opens must not stay open.
            opening.add_done_callback(_close_result)
            raise Refused("unreachable", f"The host did not answer within {OPEN_SECONDS} s.") from None
        except Exception as error:
            logger.exception("the console of machine %s could not be opened", request.machine_id)
            raise Refused("internal_error", f"{type(error).__name__}: {error}") from error
        console.setblocking(False)
        return console


def _close_result(opening: "asyncio.Future[socket.socket]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
