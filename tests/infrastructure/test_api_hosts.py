"""Hosts (the dialect's machines) over REST: registering, changing, removing."""

import pytest

from infrastructure.models import Datastore, Host
from tests.api_user import ApiUser, codes, link, machine_path

GIB = 1024**3
STORE = {"name": "local", "rootPath": "/var/lib", "directory": "atrium", "enabled": True, "size": 100 * GIB}


def machine(**more) -> dict:
    return {
        "name": "host-9",
        "ip": "192.0.2.9",
        "ipService": "192.0.2.9",
        "type": "KVM",
        "virtualCpuCores": "8",
        "virtualRamInMb": 4096,
        "virtualCpusUsed": 1,
        "datastores": {"collection": [STORE], "links": []},
        "networkInterfaces": {"collection": []},
    } | more


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def machines(world):
    return f"/api/admin/datacenters/{world.datacenter.id}/racks/{world.rack.id}/machines"


@pytest.fixture
def sent(world, datacenter):
    """What the system monitor was told, as (type, host)."""

    def read():
        datacenter.take("monitor")
        return [each.type for each in datacenter.received]

    return read


def test_a_host_is_registered_with_its_datastores(root, machines):
    answer = root.post(machines, machine())
    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    told = root.get(answer["Location"]).json()
    assert [told[name] for name in ("name", "ip", "state", "cpu", "virtualRamInMb", "cpuUsed")] == [
        "host-9",
        "192.0.2.9",
        "MANAGED",
        8,
        4096,
        0,
    ]
    store = told["datastores"]["collection"][0]
    assert (store["rootPath"], store["size"], store["usedSize"]) == ("/var/lib/atrium", 100 * GIB, 0)
    assert len(told["networkInterfaces"]["collection"]) == 1


def test_a_kvm_host_is_reached_at_its_address_unless_told_otherwise(root, machines):
    root.post(machines, machine())
    root.post(machines, machine(name="v6", ip="2001:db8::1"))
    other = machine(name="other", ip="192.0.2.10", connectionUri="qemu+ssh://atrium@192.0.2.10/system")
    assert root.post(machines, other).json()["connectionUri"] == other["connectionUri"]
    assert list(Host.objects.order_by("id").values_list("driver", "uri")) == [
        ("libvirt", "qemu+tcp://192.0.2.9/system"),
        ("libvirt", "qemu+tcp://[2001:db8::1]/system"),
        ("libvirt", "qemu+ssh://atrium@192.0.2.10/system"),
    ]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": None}, 400, "GEN-2"),
        ({"virtualCpuCores": 0}, 400, "GEN-2"),
        ({"type": "ABACUS"}, 400, "VDC-1"),
        ({"type": "VMX_04"}, 400, "GEN-19"),
        ({"ip": None}, 400, "GEN-19"),
        ({"ip": "192.0.2.999"}, 400, "MACHINE-9"),
        ({"connectionUri": "qemu+ssh://h/system?command=/bin/sh"}, 400, "GEN-19"),
        ({"connectionUri": "http://h/"}, 400, "GEN-19"),
        ({"connectionUri": "qemu+tcp://["}, 400, "GEN-19"),
        ({"datastores": None}, 400, "MACHINE-2"),
        ({"datastores": {"collection": [STORE | {"enabled": False}]}}, 400, "MACHINE-2"),
        ({"datastores": "all"}, 400, "GEN-2"),
        ({"datastores": [STORE | {"size": 0}]}, 400, "GEN-2"),
        ({"datastores": [STORE | {"rootPath": "relative"}]}, 400, "GEN-2"),
        ({"datastores": [STORE, STORE]}, 409, "DATASTORE-4"),
        ({"datastores": [STORE, STORE | {"name": "again"}]}, 409, "DATASTORE-5"),
    ],
)
def test_a_host_that_can_not_be_is_refused_and_nothing_of_it_stays(root, machines, more, status, code):
    answer = root.post(machines, machine(**more))
    assert (answer.status_code, codes(answer)) == (status, [code])
    assert (Host.objects.count(), Datastore.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ip": "192.0.2.10"}, "MACHINE-29"),
        ({"name": "other"}, "HYPERVISOR-1"),
        ({"name": "other", "ip": None, "connectionUri": "qemu+tcp://192.0.2.9/system"}, "HYPERVISOR-3"),
    ],
)
def test_a_host_is_registered_once(root, machines, more, code):
    assert root.post(machines, machine()).status_code == 201
    answer = root.post(machines, machine(**more))
    assert (answer.status_code, codes(answer)) == (409, [code])


def test_a_host_is_changed_and_what_is_not_sent_stays(root, machines):
    made = root.post(machines, machine(description="by the door")).json()
    edit = link(made, "edit")
    body = root.get(edit).json() | {"virtualCpuCores": 32, "state": "NOT_MANAGED", "ip": "192.0.2.77"}
    told = root.put(edit, body).json()
    assert [told[name] for name in ("cpu", "ram", "state", "description", "ip")] == [
        32,
        4096,
        "NOT_MANAGED",
        "by the door",
        "192.0.2.9",
    ]
    assert root.put(edit, {"name": "renamed"}).json()["name"] == "renamed"
    wrong = root.put(edit, {"state": "TIRED"})
    assert (wrong.status_code, codes(wrong)) == (400, ["MACHINE-5"])


def test_a_removed_host_is_watched_no_longer_and_takes_its_datastores(root, machines, sent):
    edit = root.post(machines, machine())["Location"]
    assert root.delete(edit).status_code == 204
    assert (root.get(edit).status_code, Datastore.objects.count()) == (404, 0)
    assert sent() == ["monitor.watch_host.v1", "monitor.unwatch_host.v1"]


def test_a_host_that_carries_machines_stays(world, root, machines, datacenter):
    assert world.admin.pk
    anna, path = ApiUser("anna"), machine_path(world.machine)
    anna.post(f"{path}/action/deploy")
    datacenter.work()
    answer = root.delete(f"{machines}/{world.host.id}")
    assert (answer.status_code, codes(answer)) == (409, ["MACHINE-7"])
    anna.post(f"{path}/action/undeploy")
    datacenter.work()
    assert root.delete(f"{machines}/{world.host.id}").status_code == 204


def test_a_host_of_another_rack_is_not_found(world, root, machines):
    other = root.post(machines.rsplit("/", 2)[0], {"name": "B2"}).json()["id"]
    path = f"/api/admin/datacenters/{world.datacenter.id}/racks/{other}/machines/{world.host.id}"
    for method in ("GET", "PUT", "DELETE"):
        answer = root.request(method, path, {"name": "x"})
        assert (answer.status_code, codes(answer)) == (404, ["MACHINE-0"])


def test_a_state_that_is_none_is_refused_with_words(world, root, machines):
    here = f"{machines}/{world.host.id}"
    for state in ("", "ASLEEP"):
        answer = root.put(here, root.get(here).json() | {"state": state})
        assert (answer.status_code, codes(answer)) == (400, ["MACHINE-5"])
