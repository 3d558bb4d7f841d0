"""A relay that listens, consoles made of socket pairs, and requests to send."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.console import ConsoleRequest, sign
from contracts.virtualization import HypervisorEndpoint
from remote_services.console_relay.admission import Admission
from remote_services.console_relay.listening import listen
from remote_services.console_relay.relay import Relay
from remote_services.runtime.errors import MachineNotFound

KEY = "the datacenter's key"


class Consoles:
    """Machines' consoles: the relay gets one end of a socket pair, the test holds the other."""

    def __init__(self) -> None:
        self.machine_ends: list[socket.socket] = []

    def open(self, request: ConsoleRequest) -> socket.socket:
        if request.endpoint.uri == "absent":
            raise MachineNotFound("no such\nmachine")
        ours, theirs = socket.socketpair()
        self.machine_ends.append(ours)
        return theirs

    async def streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(sock=self.machine_ends.pop(0))


class RunningRelay:
    def __init__(self, path: str, consoles: Consoles) -> None:
        self.path = path
        self.consoles = consoles

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self.path)

    async def ask(
        self, request: ConsoleRequest, key: str = KEY
    ) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
        """The relay's answer and the connection."""
        return await self.send(sign(request, key).model_dump_json().encode() + b"\n")

    async def send(self, line: bytes) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await self.connect()
        writer.write(line)
        return await asyncio.wait_for(reader.readline(), 15), reader, writer


@pytest.fixture
async def relay(tmp_path) -> AsyncIterator[RunningRelay]:
    consoles = Consoles()
    path = tmp_path / "relay" / "socket"
    admission = Admission(KEY, sessions_per_machine=2)
    server = await listen(f"unix://{path}", Relay(admission, consoles.open).serve)
    yield RunningRelay(str(path), consoles)
    server.close()


def console_request(*, lives_seconds: float = 30, uri: str = "pair", **changes) -> ConsoleRequest:
    fields = {
        "ticket_id": uuid4(),
        "endpoint": HypervisorEndpoint(host_id=uuid4(), driver="fake", uri=uri),
        "machine_id": uuid4(),
        "expires_at": datetime.now(UTC) + timedelta(seconds=lives_seconds),
    }
    return ConsoleRequest(**fields | changes)
