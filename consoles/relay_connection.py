"""The server's end of a connection to a datacenter's console relay."""

import asyncio
import logging

from consoles.endings import ConsoleEnded, Ending
from consoles.services import RelayTarget

CONNECT_SECONDS = 5
# The relay itself waits ten seconds for the host.
ANSWER_SECONDS = 15
_ENDINGS = {
    "too_many_sessions": Ending.TOO_MANY,
    "machine_not_found": Ending.NOT_OFFERED,
    "hypervisor_refused": Ending.NOT_OFFERED,
    "ownership_mismatch": Ending.NOT_OFFERED,
    "unreachable": Ending.NOT_OFFERED,
}
logger = logging.getLogger(__name__)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(target: RelayTarget) -> Streams:
    """Streams to the machine's console. Raises ConsoleEnded; the relay's own words go to the log only,
    for they name hosts."""
    try:
        reader, writer = await asyncio.wait_for(_open(target), CONNECT_SECONDS)
    except (OSError, TimeoutError) as error:
        logger.error("no console relay at %s: %s", target.path or f"{target.host}:{target.port}", error)
        raise ConsoleEnded(Ending.NO_CONSOLE_SERVICE) from error
    try:
        writer.write(target.request)
        answer = await asyncio.wait_for(reader.readline(), ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        writer.close()
        raise ConsoleEnded(Ending.NO_CONSOLE_SERVICE) from error
    if answer != b"OK\n":
        writer.close()
        raise _refusal(answer)
    return reader, writer


async def _open(target: RelayTarget) -> Streams:
    if target.path:
        return await asyncio.open_unix_connection(target.path)
    return await asyncio.open_connection(target.host, target.port)


def _refusal(answer: bytes) -> ConsoleEnded:
    _, code, words = [*answer.decode(errors="replace").strip().split(" ", 2), "", ""][:3]
    logger.error("the console relay refused (%s): %s", code or "no answer", words)
    return ConsoleEnded(_ENDINGS.get(code, Ending.NO_CONSOLE_SERVICE))
