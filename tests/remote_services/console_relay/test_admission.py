"""Who gets through the relay, and what the others are told."""

import asyncio
import stat
from pathlib import Path

import pytest

from contracts.console import sign
from remote_services.console_relay import admission
from remote_services.console_relay.listening import listen
from tests.remote_services.console_relay.conftest import KEY, console_request


async def test_a_fresh_request_with_the_right_key_gets_through(relay):
    answer, _, writer = await relay.ask(console_request())
    assert answer == b"OK\n"
    writer.close()


async def test_a_request_signed_with_another_key_is_refused(relay):
    answer, reader, _ = await relay.ask(console_request(), key="another key")
    assert answer.startswith(b"ERROR bad_signature ")
    assert await reader.read() == b""


async def test_a_request_changed_after_signing_is_refused(relay):
    signed = sign(console_request(), KEY)
    other = signed.model_copy(update={"body": console_request().model_dump_json()})
    answer, *_ = await relay.send(other.model_dump_json().encode() + b"\n")
    assert answer.startswith(b"ERROR bad_signature ")


async def test_a_ticket_opens_one_console_only(relay):
    request = console_request()
    _, _, writer = await relay.ask(request)
    answer, *_ = await relay.ask(request)
    assert answer.startswith(b"ERROR ticket_used ")
    writer.close()


async def test_a_ticket_is_used_up_even_if_the_machine_was_not_there(relay):
    request = console_request(uri="absent")
    await relay.ask(request)
    answer, *_ = await relay.ask(request)
    assert answer.startswith(b"ERROR ticket_used ")


@pytest.mark.parametrize(
    ("lives_seconds", "code"), [(-1, b"expired"), (24 * 3600, b"bad_request")], ids=["past", "far future"]
)
async def test_a_ticket_outside_its_time_is_refused(relay, lives_seconds, code):
    answer, *_ = await relay.ask(console_request(lives_seconds=lives_seconds))
    assert answer.startswith(b"ERROR " + code + b" ")


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n",
        b"{}\n",
        b"\xff\xfe\n",
        b'{"body": "{}", "signature": "\xc3\xa9"}\n',
        b"[1]\n",
    ],
)
async def test_what_is_no_request_is_refused_in_one_line(relay, line):
    answer, reader, _ = await relay.send(line)
    assert answer.startswith(b"ERROR bad_")
    assert await reader.read() == b""


async def test_an_endless_line_is_cut_off(relay):
    answer, *_ = await relay.send(b"x" * (2 * admission.LONGEST_LINE_BYTES))
    assert answer.startswith(b"ERROR bad_request The request is longer")


async def test_a_silent_connection_is_ended(relay, monkeypatch):
    monkeypatch.setattr(admission, "LINE_SECONDS", 0.1)
    answer, *_ = await relay.send(b"{")
    assert answer.startswith(b"ERROR bad_request No request came within")


async def test_a_machine_that_is_not_there_is_told_in_one_line(relay):
    answer, reader, _ = await relay.ask(console_request(uri="absent"))
    assert answer == b"ERROR machine_not_found no such machine\n"
    assert await reader.read() == b""


async def test_a_machine_s_sessions_are_limited_and_closing_one_makes_room(relay):
    first = console_request()
    again = [first.model_copy(update={"ticket_id": console_request().ticket_id}) for _ in range(3)]
    _, reader, writer = await relay.ask(first)
    await relay.ask(again[0])
    answer, *_ = await relay.ask(again[1])
    assert answer.startswith(b"ERROR too_many_sessions ")
    writer.close()
    relay.consoles.machine_ends[0].setblocking(False)
    assert await asyncio.get_running_loop().sock_recv(relay.consoles.machine_ends[0], 1) == b""
    await asyncio.sleep(0.05)
    answer, *_ = await relay.ask(again[2])
    assert answer == b"OK\n"


async def test_only_the_owner_may_connect(relay):
    assert stat.S_IMODE(Path(relay.path).stat().st_mode) == 0o600


async def test_a_relay_takes_over_the_socket_a_killed_one_left(tmp_path, relay):
    server = await listen(f"unix://{relay.path}", lambda reader, writer: asyncio.sleep(0))
    server.close()


@pytest.mark.parametrize("address", ["", "relay", "http://host:1", "tcp://host", "unix://host/path"])
async def test_an_address_of_another_form_is_refused(address):
    with pytest.raises(ValueError, match="neither unix"):
        await listen(address, lambda reader, writer: asyncio.sleep(0))


async def test_the_relay_also_listens_on_tcp():
    server = await listen("tcp://127.0.0.1:0", lambda reader, writer: asyncio.sleep(0))
    await asyncio.open_connection(*server.sockets[0].getsockname())
    server.close()
