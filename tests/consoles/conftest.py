"""A running machine, people who are signed in, and a console relay that really listens."""

import socket
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from compute.models import VirtualMachine
from compute.states import MachineState
from infrastructure.services import register_remote_service
from remote_services.console_relay.admission import Admission
from remote_services.console_relay.listening import listen
from remote_services.console_relay.relay import Relay
from tenants.models import User
from tests.world import World


@dataclass
class SignedIn:
    """A person in one browser session."""

    user: User
    session_key: str

    @property
    def scope(self) -> dict:
        """What the websocket's middleware would put into the scope."""
        session = import_module(settings.SESSION_ENGINE).SessionStore(session_key=self.session_key)
        return {"user": self.user, "session": session}


def sign_in(user: User) -> SignedIn:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return SignedIn(User.objects.get(pk=user.pk), session.session_key)


class ConsoleWorld(World):
    """The world with its machine running."""

    def start_machine(self) -> None:
        self._set(state=MachineState.ON, host=self.host)

    def stop_machine(self) -> None:
        self._set(state=MachineState.OFF)

    def take_right_away(self) -> None:
        self.user.role.privileges.clear()

    def _set(self, **fields) -> None:
        VirtualMachine.objects.filter(pk=self.machine.pk).update(**fields)
        self.machine.refresh_from_db()


@pytest.fixture
def world(db) -> ConsoleWorld:
    world = ConsoleWorld()
    world.start_machine()
    return world


@pytest.fixture
def ann(world) -> SignedIn:
    return sign_in(world.user)


class ListeningRelay:
    """The real relay; machines' consoles are socket pairs whose other ends are kept here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.machine_ends: list[socket.socket] = []
        self.all_ends: list[socket.socket] = []

    def open_console(self, request) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.machine_ends.append(ours)
        self.all_ends.append(ours)
        return theirs


@sync_to_async
def make_live_world(relay_path: Path) -> ConsoleWorld:
    world = ConsoleWorld()
    world.start_machine()
    register_remote_service(
        actor=None, datacenter=world.datacenter, type="REMOTE_ACCESS", uri=f"unix://{relay_path}"
    )
    return world


@pytest.fixture
async def live_world(transactional_db, tmp_path) -> ConsoleWorld:
    """For tests with websockets, whose database work happens in another thread."""
    return await make_live_world(tmp_path / "relay")


@pytest.fixture
async def relay(live_world, tmp_path):
    relay = ListeningRelay(tmp_path / "relay")
    admission = Admission(live_world.datacenter.key)
    server = await listen(f"unix://{relay.path}", Relay(admission, relay.open_console).serve)
    yield relay
    server.close()
    for end in relay.all_ends:
        end.close()
