"""From the request to deploy a VMDK template until its domain runs in QEMU, at once and converted first."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import Deployments, client_of, deploy_path, make_world
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.overlay import make_overlay
from remote_services.drivers.libvirt.acceleration import kvm_usable
from remote_services.images.repository import find_template
from remote_services.runtime import mount

MIB = 2**20
SMALL_MIB, LARGE_MIB = 64, 10 * 1024
ENDS_MIB = 16
ROUNDS = 5
DEPLOY_SECONDS, CONVERT_SECONDS = 120, 600
ABOVE_GOAL_S, SIZE_GOAL = 1.0, 1.5
ACCEPTED = 202
HEADER = ["template", "driver alone", "at once", "conversion", "converted, then deployed", "of it the deploy"]


@dataclass(frozen=True)
class Taken:
    """Seconds. ``driver``: defining and starting a domain over the same template, and nothing else."""

    driver: float
    at_once: float
    conversion: float
    after: float

    @property
    def above(self) -> float:
        return round(self.at_once - self.driver, 3)

    @property
    def converted_first(self) -> float:
        return self.conversion + self.after

    @property
    def cells(self) -> list[str]:
        values = (self.driver, self.at_once, self.conversion, self.converted_first, self.after)
        return [f"{value:.2f}" for value in values]


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Of a template of 64 MiB and one of 10 GiB, with ``sizes.conversion_mib`` of data in the large one."""
    bench = _Bench(stack, ROUNDS if sizes.rounds > 1 else 1)
    bench.start()
    between = {SMALL_MIB: 0, LARGE_MIB: sizes.conversion_mib}
    taken = {size_mib: bench.taken(size_mib, data_mib) for size_mib, data_mib in between.items()}
    small, large = taken[SMALL_MIB], taken[LARGE_MIB]
    figures = [
        Figure(f"deploy to running, {size_mib} MiB, above the driver's create", each.above, "s", ABOVE_GOAL_S)
        for size_mib, each in taken.items()
    ]
    slower, later = large.at_once / small.at_once, large.converted_first / large.at_once
    figures += [
        Figure("deploy to running, the large one against the small one", round(slower, 2), "x", SIZE_GOAL),
        Figure(f"converted and then deployed, {LARGE_MIB} MiB", round(large.converted_first, 3), "s"),
        Figure("converted and then deployed against at once, the large one", round(later, 2), "x"),
    ]
    rows = [[f"{size_mib} MiB", *each.cells] for size_mib, each in taken.items()]
    note = (
        f"From POST …/action/deploy until the machine is told to be ON, medians of {bench.rounds} one after "
        f"the other, through the whole product on a private libvirtd with {_domain_type(stack)}; the copy "
        "behind the machine is ended by undeploying it. Both templates have data at both ends, the large one "
        f"{sizes.conversion_mib} MiB more between. The driver alone defines and starts a domain with a disk "
        "over the same template. A conversion is asked for by REST and made once."
    )
    table = ("Seconds from the request to running", HEADER, rows)
    return Result("Deploying a VMDK", figures, [note], [table])


class _Bench:
    """The stack with its world, its processes, and the marker that the service for uploads would set."""

    def __init__(self, stack: Stack, rounds: int) -> None:
        self.stack, self.rounds = stack, rounds
        self.world = make_world(stack, driver="libvirt", uri=stack.qemu_host_uri)
        self.deployments = Deployments(stack.redis.url)
        (stack.repository / mount.MARKER).touch()

    def start(self) -> None:
        self.stack.start_web()
        self.stack.start_server_workers()
        self.stack.start_datacenter()
        self.stack.start_conversions()
        # The first of all also makes the network, and finds out whether there is KVM.
        self._deployed(self._template(SMALL_MIB, 0, "warm-up.vmdk"))
        self._driver_alone("warm-up.vmdk")

    def taken(self, size_mib: int, data_mib: int) -> Taken:
        name = f"template-{size_mib}.vmdk"
        template = self._template(size_mib, data_mib, name)
        driver = statistics.median(self._driver_alone(name) for _round in range(self.rounds))
        at_once = statistics.median(self._deployed(template) for _round in range(self.rounds))
        conversion = self._converted(template)
        after = statistics.median(self._deployed(template) for _round in range(self.rounds))
        return Taken(driver, at_once, conversion, after)

    def _template(self, size_mib: int, data_mib: int, name: str) -> Any:
        from catalogue.services import register_template

        path = self.stack.repository / name
        write_vmdk(path, size_mib, data_mib)
        disk = {"path": name, "format": "vmdk", "file_size_bytes": path.stat().st_size,
                "virtual_size_bytes": size_mib * MIB}  # fmt: skip
        return register_template(
            actor=None, enterprise=self.world.acme, datacenter=self.world.datacenter, name=name,
            memory_mib=64, disk=disk,
        )  # fmt: skip

    def _deployed(self, template: Any) -> float:
        """Seconds until it was ON. It is gone afterwards."""
        from compute.services import create_virtual_machine

        machine = create_virtual_machine(
            actor=self.world.user, virtual_appliance=self.world.appliance, template=template, name="instant"
        )
        began = time.perf_counter()
        self._ask(self.world.user, "post", deploy_path(machine))
        ended = self.deployments.wait_for([machine.id], DEPLOY_SECONDS)[machine.id]
        self._ask(self.world.user, "post", deploy_path(machine).replace("/deploy", "/undeploy"))
        _until(lambda: _state_of(machine) == "NOT_ALLOCATED", DEPLOY_SECONDS)
        return ended - began

    def _converted(self, template: Any) -> float:
        """Seconds from asking for QCOW2 until it was there."""
        from catalogue.models import Conversion

        path = (
            f"/api/admin/enterprises/{self.world.acme.id}/datacenterrepositories/{self.world.datacenter.id}/"
            f"virtualmachinetemplates/{template.id}/conversions/QCOW2_SPARSE"
        )
        began = time.perf_counter()
        self._ask(self.world.admin, "put", path)
        made = Conversion.objects.filter(template_disk__template=template)
        _until(lambda: _ended(made.values_list("state", "error_code").get()), CONVERT_SECONDS)
        return time.perf_counter() - began

    def _ask(self, user: Any, verb: str, path: str) -> None:
        """By a connection of its own: the server closes those that wait for long."""
        client = client_of(self.stack, user)
        answer = getattr(client, verb)(path)
        client.close()
        if answer.status != ACCEPTED:
            raise RuntimeError(f"{answer.status}: {answer.body.decode()}")

    def _driver_alone(self, name: str) -> float:
        from contracts.virtualization import DiskSpec, HypervisorEndpoint, MachineSpec
        from remote_services.drivers import open_driver

        os.environ |= self.stack.remote_environment("driver")
        driver = open_driver(
            HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=self.stack.qemu_host_uri)
        )
        disk_id = uuid4()
        path = self.stack.directory / "datastore" / f"{disk_id}.qcow2"
        template = find_template(self.stack.repository, name, DiskFormat.VMDK)
        make_overlay(path, template, template.virtual_size_bytes)
        disk = DiskSpec(disk_id=disk_id, path=str(path), format=DiskFormat.QCOW2, position=0)
        spec = MachineSpec(machine_id=uuid4(), name="alone", vcpus=1, memory_mib=64, disks=(disk,))
        began = time.perf_counter()
        driver.define(spec)
        driver.start(spec.machine_id)
        taken = time.perf_counter() - began
        driver.undefine(spec.machine_id)
        path.unlink()
        return taken


def write_vmdk(path: Path, size_mib: int, data_mib: int) -> None:
    """A sparse VMDK with 16 MiB at both ends and ``data_mib`` in the middle that are not zeros."""
    subprocess.run(["qemu-img", "create", "-q", "-f", "vmdk", str(path), f"{size_mib}M"], check=True)
    pieces = [(0, ENDS_MIB), (size_mib - ENDS_MIB, ENDS_MIB)]
    middle = size_mib // 2
    pieces += [(middle + at, min(ENDS_MIB, data_mib - at)) for at in range(0, data_mib, ENDS_MIB)]
    words = "".join(f"write -q -P 7 {at}M {length}M\n" for at, length in pieces)
    subprocess.run(
        ["qemu-io", "-f", "vmdk", str(path)], input=words, text=True, check=True, capture_output=True,
        timeout=120,
    )  # fmt: skip


def _state_of(machine: Any) -> str:
    machine.refresh_from_db(fields=["state"])
    return machine.state


def _ended(told: tuple[str, str]) -> bool:
    state, code = told
    if state == "FAILED":
        raise RuntimeError(f"the conversion failed: {code}")
    return state == "FINISHED"


def _until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.02)


def _domain_type(stack: Stack) -> str:
    state_dir = Path(stack.remote_environment("driver")["ATRIUM_STATE_DIR"])
    return "KVM" if kvm_usable(state_dir) else "QEMU without KVM"
