"""StreamDisk through the manager as it runs: on a simulated host, and on QEMU with everything that dies."""

import json
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.base import Failed
from contracts.virtualization import DiskSpec, HypervisorEndpoint, MachineSpec, StreamDisk
from contracts.vocabulary import ErrorCode, PowerState, Service
from remote_services.drivers import connect
from remote_services.runtime.errors import RemoteError
from remote_services.virtualization_manager.handlers.stream_disk import stream_disk

MIB = 2**20
PATIENCE_SECONDS = 120


class Progress:
    """The context of a handler."""

    def __init__(self):
        self.percents = []

    def progress(self, percent):
        self.percents.append(percent)


class Machine:
    """A running machine whose disk reads from a VMDK of 64 MiB, 40 of them written."""

    def __init__(self, uri: str, directory: Path, content_mib: int = 40):
        self.endpoint = HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=uri)
        self.id, self.disk_id = uuid4(), uuid4()
        self.disk = directory / f"{self.disk_id}.qcow2"
        base = directory.parent / f"{self.disk_id}.vmdk"
        run("qemu-img", "create", "-q", "-f", "vmdk", base, "64M")
        run("qemu-io", "-f", "vmdk", "-c", f"write -P 7 0 {content_mib}M", base)
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "vmdk", "-b", base, self.disk)
        self.base = base
        spec = MachineSpec(
            machine_id=self.id,
            name="streaming",
            vcpus=1,
            memory_mib=64,
            disks=(DiskSpec(disk_id=self.disk_id, path=str(self.disk)),),
        )
        with self.driver() as driver:
            driver.define(spec)
            driver.start(self.id)

    def driver(self):
        return Closing(connect(self.endpoint))

    def command(self, **changes) -> StreamDisk:
        fields = {"machine_id": self.id, "disk_id": self.disk_id, "path": str(self.disk)}
        return StreamDisk(operation_id=uuid4(), endpoint=self.endpoint, **fields | changes)

    def stands_alone(self) -> bool:
        info = run("qemu-img", "info", "-U", "-f", "qcow2", "--output=json", self.disk)
        return "backing-filename" not in json.loads(info)

    def is_on(self) -> bool:
        with self.driver() as driver:
            return driver.machine(self.id).power_state is PowerState.ON

    def percent(self) -> int | None:
        """How far a copy is; None while none runs or the host is away."""
        try:
            with self.driver() as driver:
                state = driver.stream_state(self.id, str(self.disk))
        except RemoteError:
            return None
        return state.percent if state.running else None

    def remove(self) -> None:
        with self.driver() as driver:
            driver.undefine(self.id)
        self.disk.unlink(missing_ok=True)
        self.base.unlink(missing_ok=True)


class Closing:
    def __init__(self, driver):
        self._driver = driver

    def __enter__(self):
        return self._driver

    def __exit__(self, *_):
        self._driver.close()


def run(*arguments) -> str:
    return subprocess.run(
        list(map(str, arguments)), check=True, capture_output=True, text=True, timeout=60
    ).stdout


def until(condition, what: str):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not {what} within {PATIENCE_SECONDS} s")


@pytest.fixture
def machine(libvirt_host):
    machine = Machine(libvirt_host.uri, libvirt_host.datastore_dir)
    yield machine
    machine.remove()


@pytest.mark.hypervisor
def test_a_disk_leaves_its_template_and_holds_what_that_held(machine):
    assert stream_disk(machine.command(), Progress()) == {"standalone": True}
    assert machine.stands_alone() and machine.is_on()
    machine.base.unlink()
    with machine.driver() as driver:
        driver.power_off(machine.id)
    run("qemu-io", "-f", "qcow2", "-c", "read -P 7 0 40M", machine.disk)


@pytest.mark.hypervisor
def test_copying_what_stands_alone_is_fine(machine):
    stream_disk(machine.command(), Progress())
    assert stream_disk(machine.command(), Progress()) == {"standalone": True}


@pytest.mark.hypervisor
def test_progress_is_told(machine):
    context = Progress()
    stream_disk(machine.command(bandwidth_mib_per_second=16), context)
    assert context.percents == sorted(context.percents)
    assert any(0 < percent < 100 for percent in context.percents)


@pytest.mark.hypervisor
def test_a_machine_that_is_off_is_no_failure_and_nothing_is_lost(machine):
    with machine.driver() as driver:
        driver.begin_stream(machine.id, str(machine.disk), 4)
        driver.power_off(machine.id)
        assert stream_disk(machine.command(), Progress()) == {"standalone": False, "reason": "off"}
        driver.start(machine.id)
    assert stream_disk(machine.command(), Progress()) == {"standalone": True}


@pytest.mark.hypervisor
def test_a_machine_that_is_gone_is_no_failure(machine):
    command = machine.command(machine_id=uuid4())
    assert stream_disk(command, Progress()) == {"standalone": False, "reason": "gone"}


@pytest.mark.hypervisor
def test_a_datastore_that_runs_full_stops_the_copy_and_not_the_guest(new_libvirt_host, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=90m", "atrium-test", small)
    # A host sees what was mounted before it was started.
    machine = Machine(new_libvirt_host().uri, small)
    try:
        with pytest.raises(RemoteError, match="MiB free") as refused:
            stream_disk(machine.command(bandwidth_mib_per_second=4), Progress())
        assert refused.value.code == ErrorCode.DATASTORE_FULL
        assert machine.is_on() and not machine.stands_alone()
        run("mount", "-o", "remount,size=200m", small)
        assert stream_disk(machine.command(), Progress()) == {"standalone": True}
    finally:
        machine.remove()
        run("umount", small)


@pytest.mark.hypervisor
@pytest.mark.server
def test_a_copy_goes_on_whatever_is_killed(start_manager, mailbox, new_libvirt_host):
    host = new_libvirt_host()
    machine = Machine(host.uri, host.datastore_dir)
    worker = start_manager(Service.VIRTUALIZATION_STREAM)
    command = machine.command(bandwidth_mib_per_second=2)
    mailbox.send(command, Service.VIRTUALIZATION_STREAM)
    until(machine.percent, "some of it copied")

    worker.kill()
    assert not machine.stands_alone()
    start_manager(Service.VIRTUALIZATION_STREAM)
    # The broker gives back what a dead worker held after a while; the server sends it again as well.
    mailbox.send(command, Service.VIRTUALIZATION_STREAM)
    host.kill()
    end = mailbox.end_of(command, PATIENCE_SECONDS)
    assert isinstance(end, Failed) and (end.code, end.retryable) == (ErrorCode.UNREACHABLE, True)
    host.restart()
    again = machine.command()
    mailbox.send(again, Service.VIRTUALIZATION_STREAM)

    assert mailbox.end_of(again, PATIENCE_SECONDS).output == {"standalone": True}
    assert machine.stands_alone() and machine.is_on()
    machine.remove()


@pytest.mark.server
def test_a_simulated_host_copies_as_well(start_manager, mailbox, tmp_path):
    endpoint = HypervisorEndpoint(host_id=uuid4(), driver="fake", uri=f"fake://{tmp_path}/host")
    spec = MachineSpec(machine_id=uuid4(), name="wine", vcpus=1, memory_mib=64)
    with Closing(connect(endpoint)) as driver:
        driver.define(spec)
        driver.start(spec.machine_id)
    start_manager(Service.VIRTUALIZATION_STREAM)
    command = StreamDisk(
        operation_id=uuid4(),
        endpoint=endpoint,
        machine_id=spec.machine_id,
        disk_id=uuid4(),
        path=f"{tmp_path}/disk.qcow2",
    )
    sent = mailbox.send(command, Service.VIRTUALIZATION_STREAM)
    assert mailbox.end_of(sent, PATIENCE_SECONDS).output == {"standalone": True}
