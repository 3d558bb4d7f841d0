"""An enterprise with a running machine, people who are signed in, and a console relay that really listens."""

import socket
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from compute.models import VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.states import MachineState
from infrastructure.models import Datacenter, Host, Rack, RemoteService, RemoteServiceType
from remote_services.console_relay.admission import Admission
from remote_services.console_relay.listening import listen
from remote_services.console_relay.relay import Relay
from tenants.models import Enterprise, Privilege, Role, User

RIGHT = "VAPP_PERFORM_ACTIONS"
KEY = "the datacenter's key"


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


@dataclass
class World:
    machine: VirtualMachine
    role: Role
    datacenter: Datacenter

    def sign_in(self, nick: str = "ann", *, role: Role | None = None) -> SignedIn:
        user, _ = User.objects.get_or_create(
            nick=nick, defaults={"role": role or self.role, "enterprise": self.machine.enterprise}
        )
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return SignedIn(User.objects.get(pk=user.pk), session.session_key)

    def stop_machine(self) -> None:
        VirtualMachine.objects.filter(pk=self.machine.pk).update(state=MachineState.OFF)

    def take_right_away(self) -> None:
        self.role.privileges.clear()


def make_world() -> World:
    enterprise = Enterprise.objects.create(name="Acme")
    role = Role.objects.create(name="USER")
    role.privileges.add(
        Privilege.objects.get_or_create(name=RIGHT, defaults={"group": "Virtual appliances"})[0]
    )
    datacenter = Datacenter.objects.create(name="Here", key=KEY)
    rack = Rack.objects.create(datacenter=datacenter, name="One")
    host = Host.objects.create(
        datacenter=datacenter, rack=rack, name="host", hypervisor_type="KVM", driver="fake", uri="fake:///x",
        vcpus=8, memory_mib=8192,
    )  # fmt: skip
    vdc = VirtualDatacenter.objects.create(
        enterprise=enterprise, datacenter=datacenter, hypervisor_type="KVM", name="Main"
    )
    appliance = VirtualAppliance.objects.create(enterprise=enterprise, virtual_datacenter=vdc, name="Shop")
    machine = VirtualMachine.objects.create(
        enterprise=enterprise, virtual_datacenter=vdc, virtual_appliance=appliance, host=host, name="web",
        vcpus=1, memory_mib=512, state=MachineState.ON,
    )  # fmt: skip
    return World(machine, role, datacenter)


@pytest.fixture
def world(db) -> World:
    return make_world()


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


@pytest.fixture
async def live_world(transactional_db) -> World:
    """For tests with websockets, whose database work happens in another thread."""
    return await sync_to_async(make_world)()


@pytest.fixture
async def relay(live_world, tmp_path):
    relay = ListeningRelay(tmp_path / "relay")
    server = await listen(f"unix://{relay.path}", Relay(Admission(KEY), relay.open_console).serve)
    await RemoteService.objects.acreate(
        datacenter=live_world.datacenter, type=RemoteServiceType.REMOTE_ACCESS, uri=f"unix://{relay.path}"
    )
    yield relay
    server.close()
    for end in relay.all_ends:
        end.close()


@pytest.fixture
def stranger(world) -> User:
    """Somebody of another enterprise."""
    other = Enterprise.objects.create(name=f"Other {uuid4().hex[:4]}")
    return User.objects.create(nick="eve", role=world.role, enterprise=other)
