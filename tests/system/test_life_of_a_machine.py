"""A real machine on real QEMU, and a template copied to another datacenter, through REST, RabbitMQ quorum
queues and MariaDB."""

import hashlib
import os
import signal
from uuid import UUID
from xml.etree import ElementTree

import libvirt
import pytest

from tests.system.second_datacenter import SecondDatacenter
from tests.system.tenant import link
from tests.system.test_crashes import kill_during

pytestmark = [pytest.mark.server, pytest.mark.hypervisor, pytest.mark.slow]
MIB = 2**20
LARGE_MIB = 96


def test_a_machine_is_deployed_answers_http_is_stopped_started_and_leaves_nothing(stack, tenant, made):
    machine = tenant.create("web")

    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "ON"
    (ip,) = [row[0] for row in stack.rows("SELECT ip FROM networking_addresslease")]
    stack.wait_until(
        lambda: stack.host.enter("busybox", "wget", "-qO-", f"http://{ip}/").stdout, 90, "a page of the guest"
    )

    assert_a_cd_is_changed_while_it_runs(stack, tenant, machine, made["Tools"])

    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "NOT_ALLOCATED"
    assert list(stack.host.datastore_dir.iterdir()) == []
    assert "atr" not in stack.host.enter("ip", "-o", "link").stdout


MADE = """
from catalogue.blueprints.content import content_of
from catalogue.services import create_blueprint, register_template
from infrastructure.models import Datacenter
from tenants.models import Enterprise
disk = {"path": "tools.raw", "format": "raw", "file_size_bytes": 2**20, "virtual_size_bytes": 2**20}
register_template(
    actor=None, enterprise=Enterprise.objects.order_by("id").first(), datacenter=Datacenter.objects.get(),
    name="Tools", shared=True, disk=disk | {"optical": True},
)
from tenants.models import User
for name, count in (("Shop", 1), ("Many", 40)):
    operator = User.objects.actor(User.objects.get(nick="operator").pk)
    front = {"name": "front of " + name, "cidr": "192.168.77.0/24"}
    part = {
        "label": "web", "count": count, "template": {"name": "%s"}, "disks": [{"size_mib": 96}],
        "cards": [{"network": front["name"], "host": 10}],
    }
    content = content_of({"networks": [front], "machines": [part]})
    demo = Enterprise.objects.get(name="Demo")
    create_blueprint(actor=operator, enterprise=demo, name=name, content=content)
"""
SPEC = "application/vnd.abiquo.virtualappliancespec+json"


@pytest.fixture(scope="module")
def made(stack, tenant) -> dict[str, str]:
    """An ISO image, and blueprints of one machine and of forty; their addresses by name."""
    (stack.directory / "repository" / "tools.raw").write_bytes(bytes(2**20))
    template = stack.rest("GET", tenant.template_url).json()["name"]
    stack.manage("shell", "-c", MADE % template)
    vdc = stack.rest("GET", "/cloud/virtualdatacenters").json()["collection"][0]
    found = stack.rest("GET", link(vdc, "templates")).json()["collection"]
    specs = stack.rest("GET", link(vdc, "vappspecs"), user="operator").json()["collection"]
    return {each["name"]: link(each, "edit") for each in (*found, *specs)} | {
        "appliances": link(vdc, "virtualappliances")
    }


def assert_a_cd_is_changed_while_it_runs(stack, tenant, machine, image) -> None:
    """Though the service that inserts it is killed over it."""
    own = link(machine, "edit")

    inserted = stack.rest("PUT", own, {"dvd": {"links": [{"rel": "image", "href": image}]}}, user="operator")
    assert inserted.status_code == 202, inserted.text
    kill_during(stack, "define_machine", "virtualization", 0)

    assert tenant.outcome(link(inserted.json(), "status"), 120) == "FINISHED_SUCCESSFULLY"
    (cd,) = cds(stack, machine)
    assert stack.rest("DELETE", image, user="operator").status_code == 409
    assert link(stack.rest("GET", own).json()["dvd"], "image") == image
    disk = link(stack.rest("GET", own).json(), "disk1")
    ejected = stack.rest("DELETE", disk, user="operator")
    assert ejected.status_code == 202, ejected.text
    assert tenant.outcome(link(ejected.json(), "status"), 60) == "FINISHED_SUCCESSFULLY"
    assert (cds(stack, machine), (stack.host.datastore_dir / cd).exists()) == ([], False)


def cds(stack, machine) -> list[str]:
    """What libvirt says is in the drives of the running machine: the files' names."""
    connection = libvirt.open(stack.host.uri)
    try:
        xml = connection.lookupByUUID(UUID(machine["uuid"]).bytes).XMLDesc()
    finally:
        connection.close()
    sources = ElementTree.fromstring(xml).iterfind("devices/disk[@device='cdrom']/source")
    return [source.get("file").rpartition("/")[2] for source in sources if source.get("file")]


def materialised(stack, made, name: str) -> dict:
    """The appliance that is being made of the blueprint."""
    body = {"links": [{"rel": "edit", "href": made[name], "type": SPEC}]}
    answer = stack.rest("POST", made["appliances"], body, user="operator", headers={"Content-Type": SPEC})
    assert answer.status_code == 201, answer.text
    return answer.json()


def task_of(stack, appliance) -> str:
    (task,) = stack.rest("GET", f"{link(appliance, 'edit')}/tasks", user="operator").json()["collection"]
    return link(task, "self")


def test_an_appliance_of_a_blueprint_runs_with_its_address_and_a_larger_disk(stack, tenant, made):
    stack.kill_process("server")
    appliance = materialised(stack, made, "Shop")
    stack.start_process("server")
    assert tenant.outcome(task_of(stack, appliance), 120) == "FINISHED_SUCCESSFULLY"
    (machine,) = stack.rest("GET", link(appliance, "virtualmachines")).json()["collection"]

    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"

    page = stack.wait_until(
        lambda: stack.host.enter("busybox", "wget", "-qO-", "http://192.168.77.10/").stdout,
        90,
        "a page of the guest",
    )
    assert "disk of 96 MiB" in page
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert list(stack.host.datastore_dir.iterdir()) == []


HALF_MADE = (
    "SELECT 1 FROM operations_step WHERE name = 'make_networks' AND status = 'done' AND operation_id = %s"
)


def test_a_blueprint_cut_off_half_way_by_a_killed_worker_and_cancelled_leaves_nothing(stack, tenant, made):
    before = counted(stack)
    stack.kill_process("server")
    appliance = materialised(stack, made, "Many")
    task = task_of(stack, appliance)
    operation = UUID(task.rpartition("/")[2]).hex
    stack.start_process("server")
    stack.wait_until(lambda: stack.rows(HALF_MADE, operation), 60, "networks made")
    stack.kill_process("server")

    cancelled = stack.rest("POST", f"{task}/action/cancel", user="operator")
    stack.start_process("server")

    assert cancelled.status_code == 204, cancelled.text
    assert tenant.outcome(task, 120) == "CANCELLED"
    assert counted(stack) == before


def counted(stack) -> list[int]:
    """How many appliances, machines and networks there are."""
    tables = ("compute_virtualappliance", "compute_virtualmachine", "networking_network")
    return [stack.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


LARGE = """
from catalogue.services import register_template
from infrastructure.models import Datacenter
from tenants.models import Enterprise
sizes = {{"file_size_bytes": {size}, "virtual_size_bytes": {size}}}
register_template(
    actor=None, enterprise=Enterprise.objects.get(users__nick="demo"), datacenter=Datacenter.objects.get(),
    name="Large", disk={{"path": "large.raw", "format": "raw", "sha256": "{sha256}"}} | sizes,
)
"""


@pytest.fixture(scope="module")
def large(stack) -> str:
    """The address of a template whose file takes a while to copy."""
    file = stack.directory / "repository" / "large.raw"
    file.write_bytes(b"\xeb\x3c" + os.urandom(LARGE_MIB * MIB - 2))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    stack.manage("shell", "-c", LARGE.format(size=LARGE_MIB * MIB, sha256=sha256))
    vdc = stack.rest("GET", "/cloud/virtualdatacenters").json()["collection"][0]
    offered = stack.rest("GET", link(vdc, "templates")).json()["collection"]
    return next(link(each, "edit") for each in offered if each["name"] == "Large")


@pytest.fixture(scope="module")
def north(stack, large) -> SecondDatacenter:
    return SecondDatacenter(stack)


def copy_to(stack, north, template: str) -> str:
    """Ask for a copy; the address of its task, once a part has arrived and its worker holds still."""
    enterprise = template.partition("/datacenterrepositories/")[0]
    address = f"{enterprise}/datacenterrepositories/{north.id}/virtualmachinetemplates"
    body = {"links": [{"rel": "virtualmachinetemplate", "href": template}], "promotedName": "Large"}
    kind = {"Content-Type": "application/vnd.abiquo.virtualmachinetemplaterequest+json"}
    answer = stack.rest("POST", address, body, user="operator", headers=kind)
    assert answer.status_code == 202, answer.text
    stack.wait_until(lambda: any(each.stat().st_size > MIB for each in north.arriving()), 60, "arriving")
    stack.signal_process("north-copy", signal.SIGSTOP)
    assert north.arriving(), "it was there before anybody could do anything to it"
    return link(answer.json(), "status")


def test_a_template_is_copied_to_another_datacenter_though_its_worker_is_killed(stack, tenant, north, large):
    task = copy_to(stack, north, large)
    had_bytes = north.arriving()[0].stat().st_size
    stack.kill_process("north-copy")
    stack.start_process("north-copy")

    assert tenant.outcome(task, 120) == "FINISHED_SUCCESSFULLY"
    made = stack.rest("GET", link(stack.rest("GET", task).json(), "result"), user="operator").json()
    path = stack.rest("GET", link(made, "disk0"), user="operator").json()["path"]
    there, here = north.repository / path, stack.directory / "repository" / "large.raw"
    assert (made["state"], there.read_bytes() == here.read_bytes()) == ("DONE", True)
    assert (0 < had_bytes < LARGE_MIB * MIB, north.files()) == (True, [path])


def test_a_copy_to_another_datacenter_that_is_cancelled_leaves_nothing_there(stack, tenant, north, large):
    before, claimed = north.files(), stack.rows("SELECT count(*) FROM catalogue_template")
    task = copy_to(stack, north, large)
    answer = stack.rest("POST", f"{task}/action/cancel", user="operator")
    stack.signal_process("north-copy", signal.SIGCONT)

    assert answer.status_code == 204, answer.text
    assert tenant.outcome(task, 120) == "CANCELLED"
    assert (north.files(), stack.rows("SELECT count(*) FROM catalogue_template")) == (before, claimed)
    assert (stack.directory / "repository" / "large.raw").stat().st_size == LARGE_MIB * MIB
