"""The console's websocket, from the browser's side, with the real relay behind it."""

import asyncio
import os
from contextlib import contextmanager

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from websockets.asyncio.client import ClientConnection, unix_connect

from consoles import consumers
from consoles.endings import Ending
from consoles.models import ConsoleSession
from consoles.routing import websocket_urlpatterns
from consoles.services import close_sessions, issue_ticket
from infrastructure.models import Datacenter, RemoteService
from tests.consoles.conftest import ConsoleWorld, SignedIn, sign_in

SOON = 8


class WebServer(uvicorn.Server):
    """The web server of production, inside the test's event loop. Who connects is told by a header
    instead of a cookie."""

    def __init__(self, socket_path: str) -> None:
        self.path = socket_path
        self.people: dict[str, dict] = {}
        super().__init__(
            uvicorn.Config(self._app, uds=socket_path, interface="asgi3", lifespan="off", log_level="warning")
        )
        self._routes = URLRouter(websocket_urlpatterns)

    @contextmanager
    def capture_signals(self):
        yield

    async def _app(self, scope, receive, send) -> None:
        who = dict(scope["headers"])[b"x-who"].decode()
        await self._routes(scope | self.people[who], receive, send)


class Browser:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def receive(self) -> bytes:
        return await asyncio.wait_for(self.connection.recv(), SOON)

    async def send(self, data: bytes) -> None:
        await self.connection.send(data)

    async def leave(self) -> None:
        await self.connection.close()

    async def end(self, within_seconds: float = SOON) -> tuple[int, str]:
        """Code and reason with which the server closes; what is on the screen is skipped."""
        await asyncio.wait_for(self.connection.wait_closed(), within_seconds)
        return self.connection.close_code, self.connection.close_reason


@pytest.fixture
async def web(tmp_path):
    server = WebServer(str(tmp_path / "web"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server
    server.should_exit = True
    await serving


@pytest.fixture
async def ann(live_world):
    return await sync_to_async(lambda: sign_in(live_world.user))()


@pytest.fixture
async def browsers(live_world, web):
    """Makes connected browsers and leaves none behind."""
    made = []

    async def make(who: SignedIn, token: str | None = None) -> Browser:
        token = await ticket_for(live_world, who) if token is None else token
        web.people[who.session_key] = who.scope
        connection = await unix_connect(
            web.path,
            f"ws://atrium/ws/machines/{live_world.machine.pk}/console/",
            subprotocols=["binary", f"ticket.{token}"],
            additional_headers={"X-Who": who.session_key},
            max_size=None,
        )
        assert connection.subprotocol == "binary"
        made.append(Browser(connection))
        return made[-1]

    yield make
    for browser in made:
        await browser.leave()


@sync_to_async
def ticket_for(world: ConsoleWorld, who: SignedIn) -> str:
    return issue_ticket(actor=who.user, virtual_machine=world.machine, session_key=who.session_key)


async def machine_end(relay):
    """The machine's side of the newest console, once the relay has opened it."""
    async with asyncio.timeout(SOON):
        while not relay.machine_ends:
            await asyncio.sleep(0.01)
    return relay.machine_ends.pop(0)


async def opened(browser, relay):
    """Wait until bytes flow; answers the machine's end."""
    end = await machine_end(relay)
    await asyncio.get_running_loop().sock_sendall(end, b"RFB 003.008\n")
    assert await browser.receive() == b"RFB 003.008\n"
    return end


async def test_bytes_pass_both_ways(relay, browsers, ann):
    browser = await browsers(ann)
    end = await opened(browser, relay)
    await browser.send(b"\x00\xffkeys")
    assert await asyncio.get_running_loop().sock_recv(end, 100) == b"\x00\xffkeys"


async def test_what_the_browser_says_too_early_is_not_lost(relay, browsers, ann):
    browser = await browsers(ann)
    await browser.send(b"early")
    end = await machine_end(relay)
    assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(end, 100), SOON) == b"early"


async def test_a_ticket_used_again_is_refused_in_words(live_world, relay, browsers, ann):
    token = await ticket_for(live_world, ann)
    first = await browsers(ann, token)
    await opened(first, relay)
    second = await browsers(ann, token)
    assert await second.end() == (Ending.TICKET_REFUSED, "This console ticket was used before.")


async def test_a_ticket_of_another_user_is_refused(live_world, relay, browsers, ann):
    bob = await sync_to_async(lambda: sign_in(live_world.admin))()
    browser = await browsers(bob, await ticket_for(live_world, ann))
    assert (await browser.end())[0] == Ending.TICKET_REFUSED
    assert not relay.machine_ends


async def test_a_ticket_of_another_browser_session_is_refused(live_world, relay, browsers, ann):
    elsewhere = await sync_to_async(lambda: sign_in(live_world.user))()
    browser = await browsers(elsewhere, await ticket_for(live_world, ann))
    assert (await browser.end())[0] == Ending.TICKET_REFUSED


async def test_nobody_gets_in_without_a_ticket(relay, browsers, ann):
    browser = await browsers(ann, "")
    assert (await browser.end())[0] == Ending.TICKET_REFUSED


async def test_nobody_gets_in_without_signing_in(live_world, relay, browsers, ann):
    token = await ticket_for(live_world, ann)
    ann.user = AnonymousUser()
    assert await (await browsers(ann, token)).end() == (Ending.LOGGED_OUT, "You signed out")


async def test_it_closes_within_seconds_when_the_right_is_lost(live_world, relay, browsers, ann, monkeypatch):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.2)
    browser = await browsers(ann)
    end = await opened(browser, relay)
    await sync_to_async(live_world.take_right_away)()
    code, reason = await browser.end()
    assert code == Ending.RIGHT_LOST
    assert "lacks the privilege VAPP_PERFORM_ACTIONS" in reason
    assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(end, 10), SOON) == b""


async def test_it_closes_at_once_on_signing_out(relay, browsers, ann):
    browser = await browsers(ann)
    await opened(browser, relay)
    await sync_to_async(sign_out)(ann)
    code, _ = await browser.end(within_seconds=2)
    assert code == Ending.LOGGED_OUT


def sign_out(who: SignedIn) -> None:
    request = RequestFactory().post("/")
    request.session, request.user = who.scope["session"], who.user
    logout(request)


async def test_it_closes_at_once_when_an_administrator_closes_it(relay, browsers, ann):
    browser = await browsers(ann)
    await opened(browser, relay)
    await sync_to_async(close_sessions)(
        sessions=ConsoleSession.objects.all(), ending=Ending.CLOSED_BY_ADMINISTRATOR
    )
    assert (await browser.end(within_seconds=2))[0] == Ending.CLOSED_BY_ADMINISTRATOR


async def test_it_says_that_the_machine_stopped(live_world, relay, browsers, ann):
    browser = await browsers(ann)
    end = await opened(browser, relay)
    end.close()
    await sync_to_async(live_world.stop_machine)()
    assert (await browser.end())[0] == Ending.MACHINE_NOT_RUNNING


async def test_it_says_that_the_machine_ended_it_when_no_cause_is_known(relay, browsers, ann):
    browser = await browsers(ann)
    end = await opened(browser, relay)
    end.close()
    assert (await browser.end())[0] == Ending.MACHINE_CLOSED


async def test_a_machine_that_stops_while_its_console_stays_silent_ends_it(
    live_world, relay, browsers, ann, monkeypatch
):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.2)
    browser = await browsers(ann)
    await opened(browser, relay)
    await sync_to_async(live_world.stop_machine)()
    assert (await browser.end())[0] == Ending.MACHINE_NOT_RUNNING


async def test_a_viewer_that_leaves_lets_go_of_the_machine_and_is_recorded(relay, browsers, ann):
    browser = await browsers(ann)
    end = await opened(browser, relay)
    await browser.leave()
    assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(end, 10), SOON) == b""
    assert await recorded_end() == Ending.LEFT


async def test_the_cause_of_an_end_is_recorded(relay, browsers, ann):
    browser = await browsers(ann)
    (await opened(browser, relay)).close()
    await browser.end()
    assert await recorded_end() == Ending.MACHINE_CLOSED


async def recorded_end() -> int:
    async with asyncio.timeout(SOON):
        while (session := await ConsoleSession.objects.aget()).closed_at is None:
            await asyncio.sleep(0.05)
    return session.closed_reason


async def test_a_relay_with_another_key_is_told_as_a_fault_of_the_service(relay, browsers, ann):
    await Datacenter.objects.aupdate(key="another key")
    browser = await browsers(ann)
    code, reason = await browser.end()
    assert code == Ending.NO_CONSOLE_SERVICE
    assert "key" not in reason


@pytest.mark.parametrize("uri", ["unix:///nowhere/at/all", "tcp://127.0.0.1:1", "http://wrong", ""])
async def test_a_relay_that_is_away_is_told_as_a_fault_of_the_service(relay, browsers, ann, uri):
    await RemoteService.objects.aupdate(uri=uri)
    browser = await browsers(ann)
    assert (await browser.end())[0] == Ending.NO_CONSOLE_SERVICE


async def test_a_simulated_machine_says_that_it_has_no_screen(relay, browsers, ann, settings):
    settings.ATRIUM_SIMULATED = True
    assert (await (await browsers(ann)).end())[0] == Ending.SIMULATED


async def test_a_location_without_a_relay_says_so(relay, browsers, ann):
    await RemoteService.objects.all().adelete()
    browser = await browsers(ann)
    assert (await browser.end())[0] == Ending.NO_CONSOLE_SERVICE


async def test_too_many_consoles_of_one_machine_are_refused_in_words(relay, browsers, ann):
    for _ in range(5):
        await opened(await browsers(ann), relay)
    assert (await (await browsers(ann)).end())[0] == Ending.TOO_MANY


async def test_a_browser_that_does_not_read_holds_the_machine_back(relay, browsers, ann):
    browser = await browsers(ann)
    end = await opened(browser, relay)
    await browser.send(b"x")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(end, os.urandom(64 * 2**20)), 1)
    browser.connection.transport.abort()
