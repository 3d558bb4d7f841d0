"""Every websocket x every actor x every estate: who hears of what, and whose consoles open.

The whole application is asked, with the cookie of a real session; changes go through a real Redis.
"""

import asyncio
import json
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings as configured

from compute.models import VirtualMachine
from compute.states import MachineState
from consoles.endings import Ending
from consoles.services import issue_ticket
from core.errors import DomainError
from events.services import publishing, record_event
from portal.asgi import application
from tenants.models import User
from tests.consoles.conftest import SignedIn, sign_in
from tests.isolation.actors import ACTORS
from tests.isolation.addresses import websockets
from tests.isolation.asking import NOBODYS_ID
from tests.isolation.estates import RELATIONS, canary

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
SOON = 8
EVENTS, CONSOLE = "ws/events/", "ws/machines/{machine_id}/console/"
every_actor = pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)


@pytest.fixture(autouse=True)
def live(settings, own_redis):
    settings.ATRIUM_REDIS_URL = own_redis.url
    publishing._client.cache_clear()
    yield
    publishing._client.cache_clear()


class Socket:
    """A websocket that somebody's browser opens; ``tickets`` come as subprotocols."""

    def __init__(self, who: SignedIn, path: str, *tickets: str):
        cookie = f"{configured.SESSION_COOKIE_NAME}={who.session_key}"
        names = ((b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookie.encode()))
        scope = {
            "type": "websocket", "path": f"/{path}", "query_string": b"", "headers": names,
            "client": ("192.0.2.7", 40_000), "subprotocols": [f"ticket.{each}" for each in tickets],
        }  # fmt: skip
        self._application = ApplicationCommunicator(application, scope)

    async def opened(self) -> "Socket":
        await self._application.send_input({"type": "websocket.connect"})
        assert (await self._application.receive_output(SOON))["type"] == "websocket.accept"
        return self

    async def end(self) -> tuple[int, str]:
        """Code and reason with which the server closes."""
        message = await self._application.receive_output(SOON)
        await self.leave()
        return message["code"], message.get("reason", "")

    async def say(self, **words: int) -> None:
        await self._application.send_input({"type": "websocket.receive", "text": json.dumps(words)})

    async def heard_until(self, last: str) -> list[dict]:
        """What comes, up to the change of this kind."""
        told = []
        while not told or told[-1]["kind"] != last:
            told.append(json.loads((await self._application.receive_output(SOON))["text"]))
        return told

    async def leave(self) -> None:
        with suppress(asyncio.CancelledError):
            await self._application.send_input({"type": "websocket.disconnect", "code": 1000})
            await self._application.wait()


def test_every_websocket_has_its_place():
    assert {each.route for each in websockets()} == {EVENTS, CONSOLE}


@every_actor
async def test_nobody_hears_of_what_is_not_to_be_seen(world, estates, actor):
    user, who = await sync_to_async(signed_in)(world, estates, actor)
    page = await Socket(who, EVENTS).opened()
    await listening()
    began = await sync_to_async(happen)(estates)
    live = await page.heard_until("matrix.last")
    await page.say(since=began)
    missed = await page.heard_until("matrix.last")
    await page.leave()

    visible = await sync_to_async(seen_by)(actor, user)
    for told in (live, missed):
        assert {each["data"].get("relation") for each in told if each["kind"] == "matrix.told"} == visible
    hidden = [canary(name, "inner") for name in RELATIONS if name not in visible]
    assert not [mark for mark in hidden if mark in json.dumps([*live, *missed])]


@every_actor
async def test_no_ticket_opens_a_console_that_is_not_to_be_seen(world, estates, actor):
    user, who = await sync_to_async(signed_in)(world, estates, actor)
    told = []
    for relation in RELATIONS:
        machine = estates[relation]["virtual_machine"]
        for kind in (no_ticket, made_up, of_the_owner, of_the_users_own):
            ticket, other = [await sync_to_async(kind)(estates, relation, user, who) for _ in range(2)]
            end, nowhere = await ending(who, machine, ticket), await ending(who, NOBODYS_ID, other)
            if end != nowhere or end[0] != Ending.TICKET_REFUSED:
                told.append((relation, kind.__name__, end, nowhere))
    assert not told, "\n".join(map(str, told))


def signed_in(world, estates, actor) -> tuple[User, SignedIn]:
    VirtualMachine.objects.update(state=MachineState.ON)
    user = actor.user(world, estates)
    return user, sign_in(user)


def seen_by(actor, user: User) -> set[str]:
    return {name for name in RELATIONS if actor.sees("virtual_machine", name, user)}


async def ending(who: SignedIn, machine_id: int, *tickets: str) -> tuple[int, str]:
    return await (await Socket(who, CONSOLE.format(machine_id=machine_id), *tickets).opened()).end()


async def listening() -> None:
    """Until the stream hears Redis."""
    while not await sync_to_async(lambda: publishing._client().pubsub_numsub(publishing.CHANNEL)[0][1])():
        await asyncio.sleep(0.02)


def happen(estates) -> int:
    """Something happens to a machine of every estate, the last time to the user's own; answers the first
    event's number."""
    machines = {name: machine_of(estates, name) for name in RELATIONS}
    made = [
        record_event(kind="matrix.told", subject=machine, data={"relation": name})
        for name, machine in machines.items()
    ]
    record_event(kind="matrix.last", subject=machines["own"])
    return made[0].pk


def machine_of(estates, relation: str) -> VirtualMachine:
    return VirtualMachine.objects.get(pk=estates[relation]["virtual_machine"])


def no_ticket(*_anything) -> str:
    return ""


def made_up(*_anything) -> str:
    return "made-up"


def of_the_owner(estates, relation: str, user: User, who: SignedIn) -> str:
    """The ticket of somebody who may open the machine's console."""
    owner = User.objects.actor(estates[relation]["user"])
    return issue_ticket(actor=owner, virtual_machine=machine_of(estates, relation), session_key="the owner's")


def of_the_users_own(estates, relation: str, user: User, who: SignedIn) -> str:
    """The user's ticket for a machine at home, another one where that is the one in question."""
    home, actor = machine_of(estates, "own" if relation != "own" else "closed"), User.objects.actor(user.pk)
    with suppress(DomainError):
        return issue_ticket(actor=actor, virtual_machine=home, session_key=who.session_key)
    return ""
