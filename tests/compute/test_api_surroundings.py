"""What surrounds a virtual datacenter over REST: its enterprise's limits there, external networks, icons."""

import pytest

from compute.models import VirtualAppliance
from infrastructure.models import LocationLimit
from networking.models import Network
from tests.api_user import ApiUser, codes, link


@pytest.fixture(autouse=True)
def addresses_of_the_test(settings):
    settings.ATRIUM_PUBLIC_URL = ""


@pytest.fixture
def anna(world):
    return ApiUser(world.admin.nick)


@pytest.fixture
def limit(world):
    return LocationLimit.objects.get(enterprise=world.acme, datacenter=world.datacenter)


@pytest.fixture
def outside(world, limit):
    return f"/api/admin/enterprises/{world.acme.id}/limits/{limit.id}/externalnetworks"


def external_network(world, **more) -> Network:
    fields = {
        "kind": "EXTERNAL", "enterprise": world.acme, "datacenter": world.datacenter, "name": "Office",
        "address": "198.51.100.0", "prefix_length": 24, "gateway": "198.51.100.1",
    } | more  # fmt: skip
    return Network.objects.create(**fields)


def test_a_virtual_datacenter_leads_to_the_limits_of_its_location(world, anna, limit):
    told = anna.get(f"/api/cloud/virtualdatacenters/{world.vdc.id}")

    assert anna.get(link(told, "limit")).json()["id"] == limit.id
    assert anna.get(link(told, "externalnetworks")).json()["collection"] == []
    listed = anna.get("/api/cloud/virtualdatacenters").json()["collection"]
    assert [link(each, "limit") for each in listed] == [link(told, "limit")]


def test_without_permission_to_use_the_location_no_link_leads_there(world, anna, limit):
    address = f"/api/cloud/virtualdatacenters/{world.vdc.id}"
    limit.delete()

    told = anna.get(address).json()

    assert not {"limit", "externalnetworks"} & {each["rel"] for each in told["links"]}


def test_external_networks_are_those_of_the_enterprise_in_the_location(world, anna, outside):
    mine = external_network(world)
    external_network(world, enterprise=world.rival, name="Theirs")
    assert world.vdc.pk

    listed = anna.get(outside).json()

    assert [(each["name"], each["type"]) for each in listed["collection"]] == [("Office", "EXTERNAL")]
    one = anna.get(link(listed["collection"][0], "edit"))
    assert (one.json()["id"], one.json()["mask"]) == (mine.id, 24)


def test_a_limit_leads_to_its_external_networks(world, anna, limit, outside):
    address = f"/api/admin/enterprises/{world.acme.id}/limits/{limit.id}"

    assert link(anna.get(address), "externalnetworks").endswith(outside)


def test_what_is_no_external_network_is_not_found(world, anna, outside):
    theirs = external_network(world, enterprise=world.rival)
    private = Network.objects.get(virtual_datacenter_id=world.vdc.id)

    for pk in (theirs.id, private.id, 10**9):
        answer = anna.get(f"{outside}/{pk}")
        assert (answer.status_code, codes(answer)) == (404, ["VLAN-8"])
    rita = ApiUser(world.rival_admin.nick)
    assert rita.get(outside).status_code == 404


def test_the_icons_of_an_enterprise_are_told_once_each(world, anna):
    VirtualAppliance.objects.filter(pk=world.appliance.pk).update(icon="rocket")
    template = world.template
    type(template).objects.filter(pk=template.pk).update(icon="https://icons.example/x.png")
    address = "/api/admin/enterprises/{}/action/icons"

    assert [each["path"] for each in anna.get(address.format(world.acme.id)).json()["collection"]] == [
        "rocket"
    ]
    assert anna.get(address.format(world.rival.id)).status_code == 404


def test_nothing_is_set_up_by_chef(world, anna):
    address = "/api/admin/enterprises/{}/action/chefelements"

    answer = anna.get(address.format(world.acme.id))

    assert (answer.status_code, codes(answer)) == (400, ["CHEF-8"])
    assert anna.get(address.format(world.rival.id)).status_code == 404
