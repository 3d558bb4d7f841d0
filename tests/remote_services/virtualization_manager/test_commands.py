"""Commands on the wire become machines on a host: simulated ones and a real guest that boots."""

import subprocess
import time
from uuid import uuid4

import pytest

from contracts.virtualization import (
    DefineMachine,
    DiskSpec,
    HypervisorEndpoint,
    MachineSpec,
    ResetMachine,
    SetPowerState,
    ShutDownMachine,
    UndefineMachine,
)
from contracts.vocabulary import ErrorCode, PowerState, Service
from remote_services.drivers import connect

GUEST_BOOTS_SECONDS = 60


@pytest.fixture
def machine_id():
    return uuid4()


@pytest.fixture
def fake(tmp_path):
    return HypervisorEndpoint(host_id=uuid4(), driver="fake", uri=f"fake://{tmp_path}/host")


def about(endpoint, machine_id):
    return {"operation_id": uuid4(), "endpoint": endpoint, "machine_id": machine_id}


def define(endpoint, machine_id, **more):
    spec = MachineSpec(machine_id=machine_id, name="wine", vcpus=1, memory_mib=128, **more)
    return DefineMachine(operation_id=uuid4(), endpoint=endpoint, spec=spec)


@pytest.mark.server
def test_both_lanes_serve_one_machine(start_manager, mailbox, fake, machine_id):
    start_manager(Service.VIRTUALIZATION)
    start_manager(Service.VIRTUALIZATION_FAST)
    assert mailbox.end_of(mailbox.send(define(fake, machine_id))).type == "succeeded"
    for state in (PowerState.ON, PowerState.PAUSED, PowerState.ON, PowerState.OFF, PowerState.ON):
        command = SetPowerState(**about(fake, machine_id), state=state)
        assert mailbox.end_of(mailbox.send(command, Service.VIRTUALIZATION_FAST)).type == "succeeded"
        assert connect(fake).machine(machine_id).power_state is state
    services = {each.service for each in mailbox.observations}
    assert services == {Service.VIRTUALIZATION, Service.VIRTUALIZATION_FAST}
    for command in (
        ResetMachine(**about(fake, machine_id)),
        ShutDownMachine(**about(fake, machine_id)),
        UndefineMachine(**about(fake, machine_id)),
        UndefineMachine(**about(fake, machine_id)),
    ):
        assert mailbox.end_of(mailbox.send(command)).type == "succeeded"
    assert connect(fake).power_states() == {}


@pytest.mark.server
def test_refusals_carry_their_code(start_manager, mailbox, fake, machine_id, tmp_path):
    start_manager(Service.VIRTUALIZATION)
    start = SetPowerState(**about(fake, machine_id), state=PowerState.ON)
    assert mailbox.end_of(mailbox.send(start)).code == ErrorCode.MACHINE_NOT_FOUND
    nowhere = HypervisorEndpoint(
        host_id=uuid4(), driver="libvirt", uri=f"qemu+unix:///system?socket={tmp_path}/x"
    )
    end = mailbox.end_of(mailbox.send(define(nowhere, machine_id)))
    assert (end.code, end.retryable) == (ErrorCode.UNREACHABLE, True)
    unheard_of = HypervisorEndpoint(host_id=uuid4(), driver="abacus", uri="")
    assert mailbox.end_of(mailbox.send(define(unheard_of, machine_id))).code == ErrorCode.HYPERVISOR_REFUSED


@pytest.mark.hypervisor
@pytest.mark.server
def test_a_libvirtd_that_was_restarted_is_connected_again(
    start_manager, mailbox, new_libvirt_host, machine_id
):
    host = new_libvirt_host()
    endpoint = HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=host.uri)
    start_manager(Service.VIRTUALIZATION)
    assert mailbox.end_of(mailbox.send(define(endpoint, machine_id))).type == "succeeded"
    host.kill()
    end = mailbox.end_of(mailbox.send(SetPowerState(**about(endpoint, machine_id), state=PowerState.ON)))
    assert (end.code, end.retryable) == (ErrorCode.UNREACHABLE, True)
    host.restart()
    end = mailbox.end_of(mailbox.send(SetPowerState(**about(endpoint, machine_id), state=PowerState.ON)))
    assert end.type == "succeeded"
    mailbox.end_of(mailbox.send(UndefineMachine(**about(endpoint, machine_id))))


@pytest.mark.hypervisor
@pytest.mark.server
@pytest.mark.slow
def test_a_real_guest_boots_and_obeys_the_power_button(
    start_manager, mailbox, libvirt_host, guest_template, machine_id
):
    endpoint = HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=libvirt_host.uri)
    disk_id = uuid4()
    disk = libvirt_host.datastore_dir / f"{disk_id}.qcow2"
    create = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", str(guest_template), str(disk)]
    subprocess.run(create, check=True)
    start_manager(Service.VIRTUALIZATION)
    disks = (DiskSpec(disk_id=disk_id, path=str(disk)),)
    assert mailbox.end_of(mailbox.send(define(endpoint, machine_id, disks=disks))).type == "succeeded"
    begin = time.monotonic()
    power_on = SetPowerState(**about(endpoint, machine_id), state=PowerState.ON)
    assert mailbox.end_of(mailbox.send(power_on)).type == "succeeded"
    # The guest obeys as soon as it has booted: the button is pressed until then.
    shut_down = ShutDownMachine(**about(endpoint, machine_id), timeout_seconds=GUEST_BOOTS_SECONDS)
    end = mailbox.end_of(mailbox.send(shut_down), GUEST_BOOTS_SECONDS + 10)
    assert end.type == "succeeded", end
    assert time.monotonic() - begin > 1
    assert connect(endpoint).machine(machine_id).power_state is PowerState.OFF
    mailbox.end_of(mailbox.send(UndefineMachine(**about(endpoint, machine_id))))
    disk.unlink()
