"""What lies outside our control: machines killed, libvirtd away or refusing, a full datastore."""

import os
import signal
import subprocess
import time
from pathlib import Path

import libvirt
import pytest

pytestmark = [pytest.mark.server, pytest.mark.hypervisor, pytest.mark.slow]

LOADED_MACHINE_SECONDS = 10.0


@pytest.fixture
def running(stack, tenant, request):
    """A deployed machine, gone after the test."""
    machine = tenant.create(request.node.name[:60])
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    yield machine
    stack.wait_until(lambda: tenant.state(machine) not in ("LOCKED",), 60, "settled")
    if tenant.state(machine) != "NOT_ALLOCATED":
        assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"


def qemu_of(machine) -> int:
    """Process id of the machine's QEMU."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if machine["uuid"].encode() in told and b"qemu-system" in told:
            return int(process.name)
    raise AssertionError("no QEMU runs this machine")


def events_of(stack, machine) -> list[str]:
    return [
        row[0]
        for row in stack.rows(
            "SELECT kind FROM events_event WHERE subject_id = %s ORDER BY id", machine["id"]
        )
    ]


def test_a_machine_whose_qemu_was_killed_is_shown_off(stack, tenant, running):
    os.kill(qemu_of(running), signal.SIGKILL)

    stack.wait_until(lambda: tenant.state(running) == "OFF", LOADED_MACHINE_SECONDS, "shown off")
    assert events_of(stack, running)[-1] == "virtual_machine.found_off"


def test_a_machine_undefined_behind_our_back_is_unknown_and_can_be_undeployed(stack, tenant, running):
    connection = libvirt.open(stack.host.uri)
    domain = connection.lookupByUUIDString(running["uuid"])
    domain.destroy()
    domain.undefine()
    connection.close()

    stack.wait_until(lambda: tenant.state(running) == "UNKNOWN", LOADED_MACHINE_SECONDS, "shown unknown")
    assert "virtual_machine.vanished" in events_of(stack, running)
    assert tenant.run(running, "undeploy") == "FINISHED_SUCCESSFULLY"


def test_a_host_that_went_away_makes_its_machines_unknown_and_comes_back_by_itself(stack, tenant, running):
    stack.host.kill()
    try:
        stack.wait_until(lambda: tenant.state(running) == "UNKNOWN", 60, "shown unknown")
    finally:
        stack.host.restart()

    stack.wait_until(lambda: tenant.state(running) == "ON", 60, "shown on again")
    kinds = events_of(stack, running)
    assert "virtual_machine.out_of_sight" in kinds
    assert "virtual_machine.found_off" not in kinds


def test_a_hypervisor_that_refuses_is_told_and_leaves_nothing_of_ours(stack, tenant):
    machine = tenant.create("refused")
    connection = libvirt.open(stack.host.uri)
    squatter = connection.defineXML(
        f"<domain type='qemu'><name>ATR_{machine['uuid']}</name><memory unit='MiB'>64</memory>"
        "<os><type arch='x86_64'>hvm</type></os></domain>"
    )
    try:
        assert tenant.run(machine, "deploy") == "FINISHED_UNSUCCESSFULLY"
        assert tenant.state(machine) == "NOT_ALLOCATED"
        assert stack.domains() == [squatter.name()]
        assert list(stack.host.datastore_dir.iterdir()) == []
        assert stack.rows("SELECT count(*) FROM infrastructure_claim") == [(0,)]
    finally:
        squatter.undefine()
        connection.close()


def test_a_full_datastore_is_told_with_numbers_and_leaves_nothing(stack, tenant):
    datastore = stack.host.datastore_dir
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(datastore)], check=True)
    try:
        machine = tenant.create("no-room")
        assert tenant.run(machine, "deploy") == "FINISHED_UNSUCCESSFULLY"
        error = stack.rows("SELECT error FROM operations_operation WHERE resource_id = %s", machine["id"])[0][
            0
        ]
        assert "datastore_full" in error
        assert any(character.isdigit() for character in error.split("detail")[1])
        assert list(datastore.iterdir()) == []
        assert tenant.state(machine) == "NOT_ALLOCATED"
    finally:
        time.sleep(0.2)
        subprocess.run(["umount", str(datastore)], check=True)
