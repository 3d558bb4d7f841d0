"""A real machine on real QEMU, through REST, RabbitMQ quorum queues and MariaDB."""

from uuid import UUID
from xml.etree import ElementTree

import libvirt
import pytest

from tests.system.tenant import link
from tests.system.test_crashes import kill_during

pytestmark = [pytest.mark.server, pytest.mark.hypervisor, pytest.mark.slow]


def test_a_machine_is_deployed_answers_http_is_stopped_started_and_leaves_nothing(stack, tenant):
    machine = tenant.create("web")

    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "ON"
    (ip,) = [row[0] for row in stack.rows("SELECT ip FROM networking_addresslease")]
    stack.wait_until(
        lambda: stack.host.enter("busybox", "wget", "-qO-", f"http://{ip}/").stdout, 90, "a page of the guest"
    )

    assert_a_cd_is_changed_while_it_runs(stack, tenant, machine)

    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "NOT_ALLOCATED"
    assert list(stack.host.datastore_dir.iterdir()) == []
    assert "atr" not in stack.host.enter("ip", "-o", "link").stdout


CD = """
from catalogue.services import register_template
from infrastructure.models import Datacenter
from tenants.models import Enterprise
disk = {"path": "tools.raw", "format": "raw", "file_size_bytes": 2**20, "virtual_size_bytes": 2**20}
register_template(
    actor=None, enterprise=Enterprise.objects.order_by("id").first(), datacenter=Datacenter.objects.get(),
    name="Tools", shared=True, disk=disk | {"optical": True},
)
"""


def assert_a_cd_is_changed_while_it_runs(stack, tenant, machine) -> None:
    """Though the service that inserts it is killed over it."""
    (stack.directory / "repository" / "tools.raw").write_bytes(bytes(2**20))
    stack.manage("shell", "-c", CD)
    vdc = stack.rest("GET", "/cloud/virtualdatacenters").json()["collection"][0]
    offered = stack.rest("GET", link(vdc, "templates")).json()["collection"]
    image = next(link(each, "edit") for each in offered if each["name"] == "Tools")
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
