"""Every page, for every role and for the neighbour who must not learn that a thing exists."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from compute.services import deploy
from operations.models import Operation
from portal.ui.palette import PAGES
from tests.browsing import browser_of

COMMON = (
    "portal:dashboard", "compute:machines", "compute:virtual_appliances", "compute:virtual_datacenters",
    "compute:deploy", "catalogue:templates", "operations:activity", "operations:tasks", "portal:palette",
    "account_change_password", "compute:create_virtual_datacenter", "compute:create_virtual_appliance",
)  # fmt: skip
ROLES = ("cloud_admin", "admin", "user", "viewer")
TABS = ("console", "hardware", "network", "timeline", "cost")


@pytest.fixture
def machine(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    world.machine.refresh_from_db()
    return world.machine


def active_or_last(machine) -> Operation:
    return Operation.objects.about("virtual_machine", machine.id).first()


def pages_of(machine) -> list[str]:
    return [
        reverse("compute:machine", args=[machine.id]),
        *(reverse("compute:machine_tab", args=[machine.id, tab]) for tab in TABS),
        reverse("compute:machine_header", args=[machine.id]),
        *(reverse("compute:action", args=[machine.id, name]) for name in ("undeploy", "power_off", "delete")),
        reverse("compute:virtual_appliance", args=[machine.virtual_appliance_id]),
        reverse("compute:virtual_datacenter", args=[machine.virtual_datacenter_id]),
        reverse("operations:operation", args=[active_or_last(machine).id]),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_open_the_common_pages(world, machine, role):
    client = browser_of(getattr(world, role))

    statuses = {name: client.get(reverse(name)).status_code for name in COMMON}

    assert set(statuses.values()) == {200}, statuses


def found_by(client: Client, query: str) -> str:
    return client.get(reverse("portal:palette"), {"q": query}).content.decode()


@pytest.mark.parametrize("query", ["upload", "ova", "iso"])
def test_the_palette_offers_uploads_to_those_who_may_upload(world, query):
    assert reverse("catalogue:upload") in found_by(browser_of(world.admin), query)
    assert reverse("catalogue:upload") not in found_by(browser_of(world.viewer), query)


@pytest.mark.parametrize("role", ROLES)
def test_pages_the_palette_finds_can_be_opened(world, datacenter, role):
    client = browser_of(getattr(world, role))
    queries = [str(name) for name, *_others in PAGES]
    found = {each for query in queries for each in re.findall(r'href="(/[^"]+)"', found_by(client, query))}

    assert reverse("catalogue:blueprints") in found
    assert {path: client.get(path).status_code for path in found} == dict.fromkeys(found, 200)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_look_at_a_machine_and_its_places(world, machine, role):
    client = browser_of(getattr(world, role))

    statuses = {path: client.get(path).status_code for path in pages_of(machine)}

    assert set(statuses.values()) == {200}, statuses


def test_another_enterprise_learns_nothing_of_a_machine(world, machine):
    client = browser_of(world.rival_admin)

    statuses = {path: client.get(path).status_code for path in pages_of(machine)}

    assert set(statuses.values()) == {404}, statuses


@pytest.mark.parametrize("action", ("power_off", "reset", "undeploy", "delete", "deploy"))
def test_another_enterprise_can_not_act_on_a_machine(world, machine, action):
    client = browser_of(world.rival_admin)

    response = client.post(reverse("compute:action", args=[machine.id, action]), {"typed_name": machine.name})

    assert response.status_code == 404


def test_another_enterprises_machines_are_not_listed_nor_found(world, machine):
    zebra, client = world.new_machine("zebra"), browser_of(world.rival_admin)

    for path in ("/machines/", f"/machines/rows/?ids={zebra.id}", "/search/?q=ebr", "/activity/", "/"):
        assert b"zebra" not in client.get(path).content, path


def test_without_a_sign_in_every_page_leads_to_it(world, machine):
    for path in (*map(reverse, COMMON), *pages_of(machine)):
        response = Client().get(path)
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login")), path


def test_a_fragment_asked_for_after_the_session_ended_leads_to_the_sign_in(world, machine):
    response = Client().get(
        reverse("compute:machine_header", args=[machine.id]), headers={"HX-Request": "true"}
    )

    assert response.headers["HX-Redirect"] == reverse("account_login")


def test_infrastructure_is_for_its_administrators(world, machine):
    paths = [
        reverse("infrastructure:overview"),
        reverse("infrastructure:datacenter", args=[world.datacenter.id]),
        reverse("infrastructure:host", args=[world.host.id]),
        reverse("admin:index"),
        reverse("admin:infrastructure_host_change", args=[world.host.id]),
    ]
    operator, tenant = browser_of(world.cloud_admin), browser_of(world.admin)

    assert {operator.get(path).status_code for path in paths} == {200}
    assert not any(tenant.get(path).status_code == 200 for path in paths)


def test_a_wrong_password_is_refused_in_words(world):
    assert world.user.pk

    response = Client().post(reverse("account_login"), {"login": "ulf", "password": "wrong"})

    assert response.status_code == 200
    assert "not correct" in response.content.decode()


def test_a_button_that_can_not_be_pressed_says_why(world, machine):
    page = browser_of(world.user).get(reverse("compute:machine", args=[machine.id])).content.decode()

    assert "Only machines that are off can be powered on." in page


def test_a_viewer_is_told_which_right_is_missing(world, machine):
    page = browser_of(world.viewer).get(reverse("compute:machine", args=[machine.id])).content.decode()

    assert "lacks the privilege VAPP_PERFORM_ACTIONS" in page
    assert "Ask an administrator of Acme." in page


def test_who_administers_an_enterprise_is_not_sent_to_themself_for_a_right(world):
    page = browser_of(world.admin).get(reverse("catalogue:blueprints")).content.decode()

    assert "lacks the privilege MANAGE_VAPP_SPEC" in page
    assert "ask a cloud administrator" in page
    assert "Ask an administrator of Acme." not in page


def test_tenants_do_not_see_hosts(world, machine):
    pages = [browser_of(world.user).get(path).content.decode() for path in pages_of(machine)]

    assert not any(world.host.name in page or "fake://" in page for page in pages)
