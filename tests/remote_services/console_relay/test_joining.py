"""What flows through an open console, and how it ends."""

import asyncio
from contextlib import suppress

import pytest

from contracts.console import sign
from tests.remote_services.console_relay.conftest import KEY, console_request

MIB = 2**20


@pytest.fixture
async def opened(relay):
    answer, reader, writer = await relay.ask(console_request())
    assert answer == b"OK\n"
    machine_reader, machine_writer = await relay.consoles.streams()
    yield reader, writer, machine_reader, machine_writer
    writer.close()
    machine_writer.close()


async def test_bytes_pass_both_ways_unchanged(opened):
    reader, writer, machine_reader, machine_writer = opened
    everything = bytes(range(256)) * 4
    writer.write(everything)
    machine_writer.write(everything[::-1])
    assert await machine_reader.readexactly(1024) == everything
    assert await reader.readexactly(1024) == everything[::-1]


async def test_bytes_sent_right_behind_the_request_are_not_lost(relay):
    line = sign(console_request(), KEY).model_dump_json().encode() + b"\n"
    await relay.send(line + b"early")
    machine_reader, _ = await relay.consoles.streams()
    assert await machine_reader.readexactly(5) == b"early"


async def test_much_data_arrives_whole(opened):
    reader, _, _, machine_writer = opened
    machine_writer.write(bytes(32 * MIB))
    assert len(await asyncio.wait_for(reader.readexactly(32 * MIB), 30)) == 32 * MIB


async def test_a_viewer_that_does_not_read_holds_the_machine_back(opened):
    _, _, _, machine_writer = opened
    machine_writer.write(bytes(64 * MIB))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(machine_writer.drain(), 1)
    assert machine_writer.transport.get_write_buffer_size() > 32 * MIB


async def test_the_end_of_the_machine_ends_the_viewer_s_connection(opened):
    reader, _, _, machine_writer = opened
    machine_writer.close()
    assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_viewer_that_goes_lets_go_of_the_machine(opened):
    _, writer, machine_reader, _ = opened
    writer.close()
    assert await asyncio.wait_for(machine_reader.read(), 5) == b""


async def test_a_viewer_that_vanishes_in_the_middle_of_data_lets_go_of_the_machine(opened):
    _, writer, machine_reader, machine_writer = opened
    machine_writer.write(bytes(8 * MIB))
    writer.transport.abort()
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(machine_reader.read(), 5) == b""
