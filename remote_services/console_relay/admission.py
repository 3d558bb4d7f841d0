"""Decides whether a request line may open a console: signature, expiry, first use, sessions per machine."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import ValidationError

from contracts.console import ConsoleRequest, SignedConsoleRequest, verify
from remote_services.console_relay.refusal import Refused

LINE_SECONDS = 5
LONGEST_LINE_BYTES = 32 * 1024
SESSIONS_PER_MACHINE = 5
# Tickets are remembered until they expire; one that claims to live longer would fill the memory.
LONGEST_VALIDITY = timedelta(minutes=5)


class Admission:
    """Lives in one event loop, so nothing here needs a lock."""

    def __init__(self, key: str, sessions_per_machine: int = SESSIONS_PER_MACHINE) -> None:
        self._key = key
        self._sessions_per_machine = sessions_per_machine
        self._used_until: dict[UUID, datetime] = {}
        self._open: Counter[UUID] = Counter()

    async def request_from(self, reader: asyncio.StreamReader) -> ConsoleRequest:
        """Read the line and check it; its ticket is used up from here on. Raises Refused."""
        request = self._verified(await _line_from(reader))
        now = datetime.now(UTC)
        if request.expires_at <= now:
            raise Refused("expired", "The console ticket has expired.")
        if request.expires_at > now + LONGEST_VALIDITY:
            raise Refused("bad_request", "The console ticket claims to live too long.")
        self._use_up(request, now)
        return request

    @contextmanager
    def session_on(self, machine_id: UUID) -> Iterator[None]:
        """Count a session while it is open. Raises Refused when the machine has too many."""
        if self._open[machine_id] >= self._sessions_per_machine:
            raise Refused(
                "too_many_sessions",
                f"This machine's console is open {self._sessions_per_machine} times already.",
            )
        self._open[machine_id] += 1
        try:
            yield
        finally:
            self._open[machine_id] -= 1
            if not self._open[machine_id]:
                del self._open[machine_id]

    def _verified(self, line: bytes) -> ConsoleRequest:
        try:
            signed = SignedConsoleRequest.model_validate_json(line)
            # Compared as text, which must be ASCII: anything else cannot be a signature of ours.
            request = verify(signed, self._key) if signed.signature.isascii() else None
        except ValidationError:
            raise Refused("bad_request", "This is not a console request.") from None
        if request is None:
            raise Refused("bad_signature", "The console request was not signed with this datacenter's key.")
        return request

    def _use_up(self, request: ConsoleRequest, now: datetime) -> None:
        self._used_until = {ticket: end for ticket, end in self._used_until.items() if end > now}
        if request.ticket_id in self._used_until:
            raise Refused("ticket_used", "The console ticket was used before.")
        self._used_until[request.ticket_id] = request.expires_at


async def _line_from(reader: asyncio.StreamReader) -> bytes:
    """The stream's limit must be LONGEST_LINE_BYTES."""
    try:
        line = await asyncio.wait_for(reader.readline(), LINE_SECONDS)
    except TimeoutError:
        raise Refused("bad_request", f"No request came within {LINE_SECONDS} s.") from None
    except ValueError:
        raise Refused("bad_request", f"The request is longer than {LONGEST_LINE_BYTES} bytes.") from None
    if not line.endswith(b"\n"):
        raise Refused("bad_request", "The request ended before its line did.")
    return line
