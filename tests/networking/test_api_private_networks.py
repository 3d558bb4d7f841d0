"""Private networks of a virtual datacenter over REST: one is always the default."""

import pytest

from networking.models import Network
from tests.api_user import ApiUser, codes, link, machine_path

BACK = {"name": "back", "address": "10.7.0.0", "mask": "24", "gateway": "10.7.0.254", "type": "INTERNAL"}


@pytest.fixture
def anna(world):
    assert world.admin.pk
    return ApiUser("anna")


@pytest.fixture
def networks(world):
    return f"/api/cloud/virtualdatacenters/{world.vdc.id}/privatenetworks"


@pytest.fixture
def default(anna, networks):
    return link(anna.get(networks).json()["collection"][0], "edit")


def test_a_network_is_created_changed_and_deleted(anna, networks):
    answer = anna.post(networks, BACK | {"primaryDNS": "10.7.0.53", "sufixDNS": "shop.example"})
    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    edit, made = answer["Location"], answer.json()
    assert (made["mask"], made["gateway"], made["defaultNetwork"]) == (24, "10.7.0.254", False)
    changed = anna.put(edit, made | {"name": "rear", "gateway": "10.7.0.1", "primaryDNS": ""})
    assert changed.status_code == 200
    told = anna.get(edit).json()
    assert (told["name"], told["gateway"], told["sufixDNS"]) == ("rear", "10.7.0.1", "shop.example")
    assert "primaryDNS" not in told
    assert anna.delete(edit).status_code == 204
    assert (anna.get(edit).status_code, codes(anna.delete(edit))) == (404, ["VLAN-8"])


def test_the_first_address_is_the_gateway_when_none_is_named(anna, networks):
    answer = anna.post(networks, BACK | {"gateway": None})
    assert answer.json()["gateway"] == "10.7.0.1"


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"name": None}, 400, "GEN-2"),
        ({"address": None}, 400, "VLAN-81"),
        ({"mask": None}, 400, "VLAN-82"),
        ({"address": "10.7.0.9"}, 400, "VLAN-6"),
        ({"address": "somewhere"}, 400, "VLAN-6"),
        ({"address": "8.8.8.0", "gateway": "8.8.8.1"}, 400, "VLAN-2"),
        ({"mask": 15, "address": "10.6.0.0"}, 400, "VLAN-2"),
        ({"mask": 31}, 400, "VLAN-2"),
        ({"gateway": "10.8.0.1"}, 400, "VLAN-7"),
        ({"gateway": "10.7.0.255"}, 400, "VLAN-7"),
        ({"primaryDNS": "resolver"}, 400, "VLAN-41"),
        ({"sufixDNS": "-shop..example"}, 400, "VLAN-100"),
        ({"name": "default_private_network"}, 409, "VLAN-1"),
    ],
)
def test_a_network_that_can_not_be_is_refused(anna, networks, wrong, status, code):
    answer = anna.post(networks, BACK | wrong)
    assert (answer.status_code, codes(answer)) == (status, [code])
    assert Network.objects.count() == 1


def test_there_is_always_exactly_one_default(anna, networks, default):
    edit = anna.post(networks, BACK | {"defaultNetwork": True})["Location"]
    assert anna.get(default).json()["defaultNetwork"] is False
    assert Network.objects.get(is_default=True).name == "back"
    assert anna.put(default, {"defaultNetwork": True}).json()["defaultNetwork"] is True
    assert Network.objects.get(is_default=True).name == "default_private_network"
    assert anna.get(edit).json()["defaultNetwork"] is False
    refused = anna.put(default, {"name": "other", "defaultNetwork": False})
    assert (refused.status_code, codes(refused)) == (409, ["VLAN-9"])
    assert anna.get(default).json()["name"] == "default_private_network"


def test_the_default_network_can_not_be_deleted(anna, default):
    answer = anna.delete(default)
    assert (answer.status_code, codes(answer)) == (409, ["VLAN-11"])


def test_the_range_of_a_network_stays(anna, default):
    for change in ({"address": "10.7.0.0"}, {"mask": 25}):
        answer = anna.put(default, change)
        assert (answer.status_code, codes(answer)) == (409, ["VLAN-10"])


def test_putting_back_what_was_fetched_changes_nothing(anna, default):
    before = anna.get(default).json()
    assert anna.put(default, before).json() == before


def test_a_network_in_use_is_not_deleted_and_keeps_its_gateway(world, anna, networks, default, datacenter):
    assert anna.post(f"{machine_path(world.machine)}/action/deploy").status_code == 202
    datacenter.work()
    anna.post(networks, BACK | {"defaultNetwork": True})
    deleted, moved = anna.delete(default), anna.put(default, {"gateway": "192.168.0.254"})
    assert (deleted.status_code, codes(deleted)) == (409, ["VLAN-12"])
    assert (moved.status_code, codes(moved)) == (409, ["VLAN-53"])
    assert anna.put(default, {"primaryDNS": "192.168.0.53"}).status_code == 200


def test_a_new_machine_gets_the_default_network(world, anna, networks):
    anna.post(networks, BACK | {"defaultNetwork": True})
    assert Network.objects.get(name="back").nics.count() == 0
    assert world.machine.pk
    assert Network.objects.get(name="back").nics.count() == 1


def test_networks_are_changed_only_by_those_who_may(world, networks, default):
    assert world.viewer.pk
    vera = ApiUser("vera")
    assert vera.get(default).status_code == 200
    for method, path in (("POST", networks), ("PUT", default), ("DELETE", default)):
        assert vera.request(method, path, BACK).status_code == 403
