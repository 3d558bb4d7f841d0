"""Who hears what on the websocket of live pages, and until when. Changes go through a real Redis."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import logout
from django.test import RequestFactory

from compute.services import deploy, update_virtual_appliance
from events.consumers import NOT_SIGNED_IN, RIGHTS_CHANGED, EventConsumer
from events.hub import hub
from events.services import publishing, record_event
from tenants.models import User
from tenants.services import load_scope, update_user
from tests.consoles.conftest import sign_in
from tests.tenants.people import colleague, role_with

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
SOON = 5


@pytest.fixture(autouse=True)
def live(settings, own_redis):
    settings.ATRIUM_REDIS_URL = own_redis.url
    publishing._client.cache_clear()
    yield
    publishing._client.cache_clear()


class Page:
    """One open page of somebody."""

    def __init__(self, who, address: str = "192.0.2.7"):
        self.who = who
        scope = {"type": "websocket", "path": "/ws/events/", "client": (address, 40_000)}
        self.socket = ApplicationCommunicator(EventConsumer.as_asgi(), scope | who.scope)

    async def open(self) -> "Page":
        await self.socket.send_input({"type": "websocket.connect"})
        assert (await self.socket.receive_output(SOON))["type"] == "websocket.accept"
        while hub()._task is None or not await sync_to_async(_listeners)():
            await asyncio.sleep(0.02)
        return self

    async def closing_code(self) -> int:
        """The code it is closed with; what is heard before is passed over."""
        while True:
            message = await self.socket.receive_output(SOON)
            if message["type"] == "websocket.close":
                return message["code"]

    async def heard(self) -> list[str]:
        """The kinds of what comes within a moment."""
        return [change["kind"] for change in await self.changes()]

    async def changes(self) -> list[dict]:
        """What comes within a moment."""
        told = []
        while not await self.socket.receive_nothing(0.3):
            told.append(json.loads((await self.socket.receive_output())["text"]))
        return told

    async def missed(self, since: int = 1) -> list[dict]:
        """What comes when the page asks for what it did not hear."""
        await self.socket.send_input({"type": "websocket.receive", "text": json.dumps({"since": since})})
        return await self.changes()

    async def leave(self) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait()


def _listeners() -> int:
    return publishing._client().pubsub_numsub(publishing.CHANNEL)[0][1]


async def open_page(user) -> Page:
    return await Page(await sync_to_async(sign_in)(user)).open()


async def user_of(world, name: str):
    return await sync_to_async(getattr)(world, name)


async def test_a_page_closes_when_its_session_signs_out_and_others_stay(world):
    user, other = await user_of(world, "user"), await user_of(world, "admin")
    page, stays = await open_page(user), await open_page(other)
    request = RequestFactory().post("/")
    request.session, request.user = page.who.scope["session"], user

    await sync_to_async(logout)(request)

    assert await page.closing_code() == NOT_SIGNED_IN
    assert await stays.heard() == []
    await stays.leave()


async def test_a_page_closes_when_its_user_is_switched_off(world):
    page = await open_page(await user_of(world, "user"))

    await sync_to_async(update_user)(
        actor=await user_of(world, "cloud_admin"), user=page.who.user, is_active=False
    )

    assert await page.closing_code() == NOT_SIGNED_IN


async def test_a_page_closes_when_its_user_gets_another_password(world):
    page = await open_page(await user_of(world, "user"))

    await sync_to_async(update_user)(
        actor=await user_of(world, "cloud_admin"), user=page.who.user, password="Something-else-42"
    )

    assert await page.closing_code() == NOT_SIGNED_IN


async def test_who_no_longer_sees_all_enterprises_stops_hearing_them(world):
    administrator = await user_of(world, "cloud_admin")
    page = await open_page(administrator)
    scope = await sync_to_async(load_scope)("Provider only")
    await User.objects.filter(pk=administrator.pk).aupdate(scope=scope)

    await sync_to_async(update_user)(actor=administrator, user=administrator, name="Confined")

    assert await page.closing_code() == RIGHTS_CHANGED


async def test_a_tenant_hears_its_own_events_only(world):
    page = await open_page(await user_of(world, "admin"))

    for name in ("acme", "rival", "provider"):
        enterprise = await user_of(world, name)
        await sync_to_async(record_event)(kind=f"told.{name}", subject=enterprise)
    await sync_to_async(record_event)(kind="told.datacenter", subject=await user_of(world, "datacenter"))

    assert "told.acme" in (heard := await page.heard())
    assert not {"told.rival", "told.provider", "told.datacenter"} & set(heard)
    await page.leave()


async def test_an_administrator_hears_the_enterprises_of_their_scope_and_beneath_it(world):
    administrator, acme, rival = [await user_of(world, name) for name in ("cloud_admin", "acme", "rival")]
    region = await sync_to_async(load_scope)("Region")
    await sync_to_async(load_scope)("Town", parent=region, enterprises=(acme,))
    await sync_to_async(User.objects.filter(pk=administrator.pk).update)(scope=region)
    page = await open_page(administrator)

    for enterprise in (acme, rival):
        await sync_to_async(record_event)(kind=f"told.{enterprise}", subject=enterprise)

    heard = await page.heard()
    assert "told.Acme" in heard
    assert "told.Rival" not in heard
    await page.leave()


async def test_a_restricted_user_hears_of_the_virtual_datacenters_open_to_them(world):
    user, opened = await user_of(world, "user"), await user_of(world, "vdc")
    closed = await sync_to_async(world.virtual_datacenter)(await user_of(world, "admin"), "Secret")
    await sync_to_async(user.restrictions.create)(virtual_datacenter_id=opened.pk)
    await sync_to_async(User.objects.filter(pk=user.pk).update)(restricted=True)
    page = await open_page(user)

    for name, vdc in (("opened", opened), ("closed", closed)):
        await sync_to_async(record_event)(kind=f"told.{name}", subject=vdc)
    await sync_to_async(record_event)(kind="told.enterprise", subject=await user_of(world, "acme"))

    assert [kind for kind in await page.heard() if kind.startswith("told")] == ["told.opened"]
    await page.leave()


@pytest.mark.parametrize("holder", ["user", "role", "scope"])
async def test_a_page_closes_when_its_address_is_not_allowed_any_more(world, holder):
    administrator, network = await user_of(world, "cloud_admin"), ["198.51.100.0/24"]
    page = await open_page(administrator)
    limited = administrator if holder == "user" else getattr(administrator, holder)
    await type(limited).objects.filter(pk=limited.pk).aupdate(allowed_networks=network)

    await sync_to_async(record_event)(kind="told.again", subject=administrator)

    assert await page.closing_code() == NOT_SIGNED_IN


async def test_no_page_opens_from_an_address_that_is_not_allowed(world, settings):
    user = await user_of(world, "user")
    await User.objects.filter(pk=user.pk).aupdate(allowed_networks=["192.0.2.0/24"])
    who = await sync_to_async(sign_in)(user)
    stranger = Page(who, "198.51.100.7")
    await stranger.socket.send_input({"type": "websocket.connect"})
    assert (await stranger.socket.receive_output(SOON))["type"] == "websocket.close"

    await (await Page(who).open()).leave()

    settings.ATRIUM_CLIENT_ADDRESS_HEADER = "X-Real-IP"
    nameless = Page(who)
    await nameless.socket.send_input({"type": "websocket.connect"})
    assert (await nameless.socket.receive_output(SOON))["type"] == "websocket.close"


@pytest.fixture
def machine(world):
    """One that is being deployed."""
    deploy(actor=world.user, machine_id=world.machine.id)
    return world.machine


@sync_to_async
def restrict(world, restricted: bool = True) -> None:
    update_virtual_appliance(
        actor=world.cloud_admin, virtual_appliance=world.appliance, restricted=restricted
    )


async def test_nobody_hears_of_restricted_appliances_but_who_sees_them(world, datacenter, machine):
    unaware, knowing = (
        await open_page(await user_of(world, "admin")),
        await open_page(await user_of(world, "cloud_admin")),
    )
    await restrict(world)

    await sync_to_async(datacenter.work)()

    of_it = {"virtual_machine", "virtual_appliance"}
    assert not of_it & {change["subject_type"] for change in await unaware.changes()}
    heard = await knowing.changes()
    assert {"operation.progressed", "virtual_machine.deployed"} <= {change["kind"] for change in heard}
    assert not of_it & {change["subject_type"] for change in await unaware.missed()}
    assert of_it <= {change["subject_type"] for change in await knowing.missed()}
    await restrict(world, False)
    assert "virtual_appliance.changed" in await unaware.heard()
    for page in (unaware, knowing):
        await page.leave()


async def test_where_another_role_counts_it_decides_what_is_heard(world, datacenter, machine):
    """Sees restricted appliances in this virtual datacenter alone, and everywhere but here."""
    here, elsewhere = await sync_to_async(_seers)(world)
    pages = [await open_page(here), await open_page(elsewhere)]
    await restrict(world)

    await sync_to_async(datacenter.work)()

    assert ["virtual_machine.deployed" in await page.heard() for page in pages] == [True, False]
    for page in pages:
        await page.leave()


def _seers(world):
    seeing = role_with(world, "Seeing", "VAPP_RESTRICTED_VIEW")
    blind = role_with(world, "Blind", "VDC_ENUMERATE")
    people = colleague(world, "here"), colleague(world, "elsewhere", "VAPP_RESTRICTED_VIEW")
    for person, role in zip(people, (seeing, blind), strict=True):
        person.virtual_datacenter_roles.create(virtual_datacenter_id=world.vdc.pk, role=role)
    return people
