"""Datacenters, racks and remote services over REST."""

import pytest

from events.models import Event
from infrastructure.models import RemoteService
from tests.api_user import ApiUser, codes, link, machine_path

DATACENTERS = "/api/admin/datacenters"


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def here(world):
    return f"{DATACENTERS}/{world.datacenter.id}"


def test_a_datacenter_is_created_changed_and_deleted(root):
    answer = root.post(DATACENTERS, {"name": "East", "location": "Riga", "links": []})
    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    edit = answer["Location"]
    assert len(root.get(link(answer, "networkservicetypes")).json()["collection"]) == 1
    changed = root.put(edit, answer.json() | {"name": "Far East"})
    assert (changed.status_code, changed.json()["name"], changed.json()["location"]) == (
        200,
        "Far East",
        "Riga",
    )
    assert root.delete(edit).status_code == 204
    assert (root.get(edit).status_code, root.delete(edit).status_code) == (404, 404)
    kinds = ["datacenter.created", "datacenter.changed", "datacenter.deleted"]
    events = Event.objects.filter(subject_type="datacenter").order_by("id")
    assert list(events.values_list("kind", flat=True)) == kinds


def test_two_datacenters_never_have_one_name(world, root, here):
    assert root.post(DATACENTERS, {"name": "East"}).status_code == 201
    for answer in (root.post(DATACENTERS, {"name": "East"}), root.put(here, {"name": "East"})):
        assert (answer.status_code, codes(answer)) == (409, ["DC-3"])


def test_a_datacenter_without_a_name_is_refused(root):
    for body in ({}, {"name": ""}, {"name": "n" * 129}):
        answer = root.post(DATACENTERS, body)
        assert (answer.status_code, codes(answer)) == (400, ["GEN-2"])


def test_a_datacenter_with_virtual_datacenters_stays(world, root, here):
    assert world.vdc.pk
    answer = root.delete(here)
    assert (answer.status_code, codes(answer)) == (409, ["DC-6"])


def test_a_datacenter_goes_with_its_racks_and_hosts(world, root, here):
    assert world.host.pk
    assert root.delete(here).status_code == 204
    assert root.get(here).status_code == 404


def test_a_tenant_changes_no_infrastructure(world, here):
    assert world.admin.pk
    anna = ApiUser("anna")
    assert anna.post(DATACENTERS, {"name": "Mine"}).status_code == 403
    for method, path in (
        ("PUT", here),
        ("DELETE", here),
        ("POST", f"{here}/racks"),
        ("POST", f"{here}/remoteservices"),
        ("DELETE", f"{here}/remoteservices/dhcpservice"),
    ):
        assert anna.request(method, path, {"name": "Mine"}).status_code == 403


def test_a_rack_is_created_changed_and_deleted(root, here):
    body = {"name": "B2", "shortDescription": "by the door", "haEnabled": False, "vlanIdMin": "10"}
    answer = root.post(f"{here}/racks", body)
    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    told = root.put(answer["Location"], answer.json() | {"name": "B3", "vlanIdMax": 20}).json()
    assert [told[name] for name in ("name", "shortDescription", "vlanIdMin", "vlanIdMax")] == [
        "B3",
        "by the door",
        10,
        20,
    ]
    assert root.delete(answer["Location"]).status_code == 204
    assert root.get(answer["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "A1"}, 409, "RACK-3"),
        ({"name": "B2", "vlanIdMin": 20, "vlanIdMax": 10}, 400, "RACK-12"),
        ({"name": "B2", "vlanIdMax": 2**40}, 400, "GEN-2"),
        ({"shortDescription": "nameless"}, 400, "GEN-2"),
    ],
)
def test_a_rack_that_can_not_be_is_refused(world, root, here, body, status, code):
    assert world.rack.name == "A1"
    answer = root.post(f"{here}/racks", body)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_a_rack_does_not_take_the_name_of_another(world, root, here):
    assert world.rack.name == "A1"
    edit = root.post(f"{here}/racks", {"name": "B2"})["Location"]
    answer = root.put(edit, {"name": "A1"})
    assert (answer.status_code, codes(answer)) == (409, ["RACK-3"])


def test_a_rack_with_hosts_stays(world, root, here):
    assert world.host.pk
    answer = root.delete(f"{here}/racks/{world.rack.id}")
    assert (answer.status_code, codes(answer)) == (409, ["RACK-9"])


def test_a_rack_of_another_datacenter_is_not_found(world, root):
    assert world.rack.pk
    other = root.post(DATACENTERS, {"name": "East"}).json()["id"]
    for method in ("GET", "PUT", "DELETE"):
        answer = root.request(method, f"{DATACENTERS}/{other}/racks/{world.rack.id}", {"name": "x"})
        assert (answer.status_code, codes(answer)) == (404, ["RACK-0"])


def remote_service(world, **more) -> dict:
    at = {"rel": "datacenter", "href": f"https://elsewhere/api/admin/datacenters/{world.datacenter.id}"}
    return {"type": "REMOTE_ACCESS", "uri": "tcp://10.0.0.1:4700", "links": [at]} | more


def test_a_remote_service_is_registered_changed_and_forgotten(world, root):
    answer = root.post("/api/admin/remoteservices", remote_service(world))
    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    changed = root.put(answer["Location"], answer.json() | {"uri": "unix:///run/relay"})
    assert (changed.status_code, changed.json()["uri"]) == (200, "unix:///run/relay")
    assert root.delete(answer["Location"]).status_code == 204
    assert root.get(answer["Location"]).status_code == 404


def test_a_remote_service_is_reached_by_its_type_within_the_datacenter(root, here):
    made = root.post(f"{here}/remoteservices", {"type": "REMOTE_ACCESS", "uri": "tcp://10.0.0.1:4700"})
    assert made.status_code == 201
    by_type = f"{here}/remoteservices/remoteaccess"
    assert root.put(by_type, {"uri": "tcp://10.0.0.2:4700"}).json()["uri"] == "tcp://10.0.0.2:4700"
    assert root.delete(by_type).status_code == 204
    assert codes(root.delete(by_type)) == ["RS-0"]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"type": "DHCP_SERVICE"}, 409, "RS-30"),
        ({"type": "COFFEE"}, 400, "RS-1"),
        ({"uri": "nowhere"}, 400, "RS-4"),
        ({"uri": "http://["}, 400, "RS-4"),
        ({"type": None}, 400, "GEN-2"),
        ({"links": []}, 400, "GEN-6"),
    ],
)
def test_a_remote_service_that_can_not_be_is_refused(world, root, more, status, code):
    answer = root.post("/api/admin/remoteservices", remote_service(world, **more))
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_the_type_of_a_remote_service_stays(root, here):
    answer = root.put(f"{here}/remoteservices/dhcpservice", {"type": "NODE_COLLECTOR"})
    assert (answer.status_code, codes(answer)) == (409, ["RS-31"])


def test_a_remote_service_that_deployed_machines_need_stays(world, root, datacenter, here):
    assert world.admin.pk
    assert ApiUser("anna").post(f"{machine_path(world.machine)}/action/deploy").status_code == 202
    for type, code in (
        ("dhcpservice", "RS-10"),
        ("virtualsystemmonitor", "RS-19"),
        ("virtualfactory", "RS-25"),
    ):
        answer = root.delete(f"{here}/remoteservices/{type}")
        assert (answer.status_code, codes(answer)) == (409, [code])
    assert RemoteService.objects.count() == 4
