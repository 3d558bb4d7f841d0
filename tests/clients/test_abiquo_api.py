"""The published Python client, unmodified, against a server that listens; the datacenter is in-process."""

import json

import pytest
from abiquo.client import Abiquo, ObjectDto, check_response

from tests.world import PASSWORD

JSON = "application/vnd.abiquo.{}+json"
ENDED = ("FINISHED_SUCCESSFULLY", "FINISHED_UNSUCCESSFULLY", "ABORTED", "CANCELLED", "ACK_ERROR")


@pytest.fixture
def server(world, settings, live_server):
    settings.ATRIUM_PUBLIC_URL = ""
    for needed in (world.admin, world.cloud_admin, world.host, world.template):
        assert needed.pk
    return f"{live_server.url}/api"


def connect(server: str, nick: str) -> Abiquo:
    return Abiquo(server, auth=(nick, PASSWORD))


def body_of(name: str, document: dict) -> dict:
    return {
        "headers": {"Content-Type": JSON.format(name), "Accept": JSON.format(name)},
        "data": json.dumps(document),
    }


def expect(code: int, answer: tuple) -> ObjectDto:
    check_response(code, *answer)
    return answer[1]


def first_named(collection: ObjectDto, name: str) -> ObjectDto:
    return next(item for item in collection if item.name == name)


def href(item: ObjectDto, rel: str) -> str:
    return next(link["href"] for link in item.links if link["rel"] == rel)


def follow_task(accepted: ObjectDto, datacenter) -> ObjectDto:
    task = expect(200, accepted.follow("status").get())
    while task.state not in ENDED:
        datacenter.work()
        task = expect(200, task.refresh())
    return task


def test_the_published_client_lists_the_datacenters(server, world):
    datacenters = expect(
        200, connect(server, "root").admin.datacenters.get(headers={"Accept": JSON.format("datacenters")})
    )
    assert [each.name for each in datacenters] == ["North"]
    racks = expect(200, first_named(datacenters, "North").follow("racks").get())
    machines = expect(200, first_named(racks, "A1").follow("machines").get())
    assert [(each.name, each.type, each.state) for each in machines] == [("host-1", "KVM", "MANAGED")]


def test_the_published_client_runs_a_machine_through_its_life(server, world, datacenter):
    api = connect(server, "anna")
    location = next(
        iter(expect(200, api.cloud.locations.get(headers={"Accept": JSON.format("datacenters")})))
    )
    vdc_body = {
        "name": "From Python",
        "hypervisorType": "KVM",
        "vlan": {
            "name": "default",
            "address": "192.168.7.0",
            "mask": 24,
            "gateway": "192.168.7.1",
            "type": "INTERNAL",
        },
        "links": [{"rel": "location", "href": href(location, "self")}],
    }
    vdc = expect(201, api.cloud.virtualdatacenters.post(**body_of("virtualdatacenter", vdc_body)))
    vapp = expect(201, vdc.follow("virtualappliances").post(**body_of("virtualappliance", {"name": "Shop"})))
    template = first_named(expect(200, vdc.follow("templates").get(params={"has": "tiny"})), "Tiny")
    vm_body = {"links": [{"rel": "virtualmachinetemplate", "href": href(template, "edit")}]}
    vm = expect(201, vapp.follow("virtualmachines").post(**body_of("virtualmachine", vm_body)))
    assert vm.state == "NOT_ALLOCATED"

    vm.name = "web"
    assert vm.put() == (204, None)
    task = follow_task(expect(202, vm.follow("deploy").post()), datacenter)
    assert (task.type, task.state) == ("DEPLOY", "FINISHED_SUCCESSFULLY")
    vm = expect(200, vm.refresh())
    assert (vm.name, vm.state, href(vm, "nic0") != "") == ("web", "ON", True)

    for state in ("OFF", "ON"):
        accepted = vm.follow("state").put(**body_of("virtualmachinestate", {"state": state}))
        follow_task(expect(202, accepted), datacenter)
        assert expect(200, vm.follow("state").get()).state == state

    assert expect(200, vapp.follow("state").get()).power == "DEPLOYED"
    assert follow_task(expect(202, vm.follow("undeploy").post()), datacenter).state == "FINISHED_SUCCESSFULLY"
    assert datacenter.empty
    for item in (vm, vapp, vdc):
        assert item.delete() == (204, None)
    assert len(expect(200, api.cloud.virtualdatacenters.get())) == 0


def test_the_published_client_iterates_over_all_pages(server, world):
    for number in range(7):
        world.new_machine(f"web-{number}", actor=world.admin)
    machines = expect(200, connect(server, "anna").cloud.virtualmachines.get(params={"limit": 3}))
    assert len(machines) == 7
    assert sorted(each.name for each in machines) == [f"web-{number}" for number in range(7)]


def test_the_published_client_shows_our_error_codes(server, world):
    with pytest.raises(Exception, match=r"HTTP\(404\) VDC-0: "):
        expect(200, connect(server, "anna").cloud.virtualdatacenters(999_999).get())
