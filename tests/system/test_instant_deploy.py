"""A machine of a VMDK template runs at once; its disk is copied behind it, whatever dies meanwhile."""

import json
import subprocess
import uuid
from pathlib import Path

import libvirt
import pytest

from tests.system.tenant import link

pytestmark = [pytest.mark.server, pytest.mark.hypervisor, pytest.mark.slow]

STREAM = (
    "SELECT status FROM operations_operation WHERE kind = 'virtual_machine.stream_disk' AND resource_id = %s"
)
PERCENT = """SELECT coalesce(s.progress_percent, 0) FROM operations_step s JOIN operations_operation o
             ON o.id = s.operation_id WHERE o.kind = 'virtual_machine.stream_disk' AND o.resource_id = %s"""
MANY_SECONDS = 180


@pytest.fixture(scope="module")
def vmdk(stack):
    """The demonstration's template is a VMDK with 192 MiB more than a guest needs from now on."""
    repository = stack.directory / "repository"
    (path,) = [row[0] for row in stack.rows("SELECT path FROM catalogue_templatedisk")]
    larger = repository / "larger.qcow2"
    run("qemu-img", "convert", "-f", "qcow2", "-O", "qcow2", repository / path, larger)
    run("qemu-img", "resize", "-q", "-f", "qcow2", larger, "512M")
    run("qemu-io", "-f", "qcow2", "-c", "write -P 7 300M 192M", larger)
    image = repository / "tiny.vmdk"
    run("qemu-img", "convert", "-f", "qcow2", "-O", "vmdk", "-o", "subformat=streamOptimized", larger, image)
    larger.unlink()
    stack.manage("shell", "-c", AS_VMDK.format(size=image.stat().st_size))
    return image


AS_VMDK = """
from catalogue.models import TemplateDisk
TemplateDisk.objects.update(
    path="tiny.vmdk", format="vmdk", file_size_bytes={size}, virtual_size_bytes=512 * 2**20
)
"""


def run(*arguments) -> None:
    subprocess.run(list(map(str, arguments)), check=True, capture_output=True, timeout=120)


def disk_of(stack) -> Path:
    (disk,) = stack.host.datastore_dir.glob("*.qcow2")
    return disk


def backing_of(stack) -> str | None:
    """What the disk's own header refers to."""
    info = ["qemu-img", "info", "-U", "-f", "qcow2", "--output=json", str(disk_of(stack))]
    done = subprocess.run(info, check=True, capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout).get("backing-filename")


def slowed_down(stack, machine, mib_per_second: int) -> None:
    """Let the copy last longer, as a busy storage does; 0 lets it run free again."""
    connection = libvirt.open(stack.host.uri)
    try:
        domain, disk = connection.lookupByUUID(uuid.UUID(machine["uuid"]).bytes), str(disk_of(stack))
        stack.wait_until(lambda: domain.blockJobInfo(disk), 60, "a copy that runs")
        domain.blockJobSetSpeed(disk, mib_per_second)
    finally:
        connection.close()


def size_seen_mib(stack, machine) -> int:
    """How large the running machine's disk is."""
    connection = libvirt.open(stack.host.uri)
    try:
        domain = connection.lookupByUUID(uuid.UUID(machine["uuid"]).bytes)
        return domain.blockInfo(str(disk_of(stack)))[0] // 2**20
    finally:
        connection.close()


def ended(stack, machine) -> list[str]:
    found = [row[0] for row in stack.rows(STREAM, machine["id"])]
    return found if found and all(status != "running" for status in found) else []


def copied(stack, machine) -> bool:
    return backing_of(stack) is None


def test_a_machine_of_a_vmdk_runs_at_once_and_then_leaves_its_template(stack, tenant, vmdk):
    machine = tenant.create("instant", systemDiskInMb=700)

    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "ON"

    assert stack.wait_until(lambda: ended(stack, machine), MANY_SECONDS, "copied") == ["succeeded"]
    assert copied(stack, machine)
    assert tenant.state(machine) == "ON"
    (ip,) = [row[0] for row in stack.rows("SELECT ip FROM networking_addresslease")]
    page = stack.wait_until(
        lambda: stack.host.enter("busybox", "wget", "-qO-", f"http://{ip}/").stdout,
        120,
        "a page of the guest",
    )
    assert "disk of 700 MiB" in page
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert list(stack.host.datastore_dir.iterdir()) == []


def test_a_copy_goes_on_when_its_worker_and_the_hosts_daemon_are_killed(stack, tenant, vmdk):
    machine = tenant.create("killed")
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    slowed_down(stack, machine, 2)
    stack.wait_until(lambda: stack.rows(PERCENT, machine["id"]) != [(0,)], 60, "some of it copied")

    stack.kill_process("stream")
    stack.host.kill()
    assert backing_of(stack) is not None
    stack.host.restart()
    stack.start_process("stream")
    slowed_down(stack, machine, 0)

    assert stack.wait_until(lambda: ended(stack, machine), MANY_SECONDS, "copied") == ["succeeded"]
    assert copied(stack, machine)
    stack.wait_until(lambda: tenant.state(machine) == "ON", 60, "seen on again")
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"


def test_a_machine_switched_off_meanwhile_is_copied_on_when_it_runs_again(stack, tenant, vmdk):
    machine = tenant.create("switched off")
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    slowed_down(stack, machine, 1)

    stack.destroy_behind_our_back(machine["uuid"])
    stack.wait_until(lambda: ended(stack, machine), MANY_SECONDS, "the end of the copy that was cut off")
    assert backing_of(stack) is not None
    stack.wait_until(lambda: tenant.state(machine) == "OFF", 60, "seen off")
    grown = stack.rest("PUT", machine_url(machine), {"systemDiskInMb": 900}, user="operator")
    assert grown.status_code == 202, grown.text
    assert tenant.outcome(link(grown.json(), "status")) == "FINISHED_SUCCESSFULLY"
    answer = stack.rest("PUT", f"{machine_url(machine)}/state", {"state": "ON"})
    assert answer.status_code == 202, answer.text

    stack.wait_until(lambda: copied(stack, machine), MANY_SECONDS, "copied after all")
    stack.wait_until(lambda: tenant.state(machine) == "ON", 60, "on")
    assert size_seen_mib(stack, machine) == 900
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"


def test_an_instance_of_a_half_copied_disk_is_whole_although_its_worker_was_killed(stack, tenant, vmdk):
    machine = tenant.create("captured")
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    slowed_down(stack, machine, 1)
    stack.destroy_behind_our_back(machine["uuid"])
    stack.wait_until(lambda: ended(stack, machine), MANY_SECONDS, "the end of the copy that was cut off")
    stack.wait_until(lambda: tenant.state(machine) == "OFF", 60, "seen off")
    repository = stack.directory / "repository"
    # What the service for uploads does, which does not run here: it marks the repository as mounted.
    (repository / ".abiquo_repository").touch()

    asked = stack.rest("POST", f"{machine_url(machine)}/action/instance", {"instanceName": "captured"})
    assert asked.status_code == 202, asked.text
    stack.wait_until(lambda: [*repository.glob(".staging/copy-*"), *repository.glob("*/*/*")], 60, "begun")
    stack.kill_process("copy")
    stack.start_process("copy")

    task = link(asked.json(), "status")
    assert tenant.outcome(task, MANY_SECONDS) == "FINISHED_SUCCESSFULLY"
    made = stack.rest("GET", link(stack.rest("GET", task).json(), "result")).json()
    path = stack.rest("GET", link(made, "disk0")).json()["path"]
    run("qemu-img", "compare", "-f", "qcow2", "-F", "qcow2", disk_of(stack), repository / path)
    assert list(repository.glob(".staging/copy-*")) == []
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"


def test_undeploying_ends_a_copy_and_leaves_nothing(stack, tenant, vmdk):
    machine = tenant.create("undeployed")
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    slowed_down(stack, machine, 1)

    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"

    assert stack.wait_until(lambda: ended(stack, machine), MANY_SECONDS, "the end of it") == ["cancelled"]
    assert list(stack.host.datastore_dir.iterdir()) == []
    assert stack.domains() == []


def machine_url(machine) -> str:
    return next(each["href"] for each in machine["links"] if each["rel"] == "edit")
