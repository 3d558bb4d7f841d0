"""The same work without a product: the remote services' own handlers, called in a bare loop."""

import os
import resource
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bench.accounting import Accounts
from bench.stack import Stack

NETWORK = "192.168.0.0/24"
BASE_ADDRESS = "192.168.0."


@dataclass(frozen=True)
class BareLoop:
    """Medians of seconds per machine, and CPU-seconds per machine of every process concerned."""

    driver_wall: float
    driver_cpu: float
    all_wall: float
    all_cpu: float


def measure(stack: Stack, count: int) -> BareLoop:
    """Deploy ``count`` machines by the driver alone, then as many by all four steps; removes them again."""
    os.environ |= stack.remote_environment("bare")
    driver_wall, driver_cpu = _timed(stack, count, _Machines(stack), with_disk_and_address=False)
    all_wall, all_cpu = _timed(stack, count, _Machines(stack), with_disk_and_address=True)
    return BareLoop(driver_wall, driver_cpu, all_wall, all_cpu)


class _Machines:
    """Makes the commands of one machine and runs their handlers here."""

    def __init__(self, stack: Stack) -> None:
        from contracts.dhcp import NetworkSpec
        from contracts.virtualization import HypervisorEndpoint
        from remote_services.drivers import open_driver

        self._stack = stack
        self._driver = open_driver(
            HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=stack.simulated_host_uri)
        )
        network_id = uuid4()
        self._network = NetworkSpec(
            network_id=network_id, bridge=f"atr{network_id.hex[:11]}", cidr=NETWORK, gateway="192.168.0.1"
        )
        self._datastore = stack.directory / "bare-datastore"
        self._datastore.mkdir(exist_ok=True)
        self._specs: list[Any] = []
        self._macs: list[str] = []

    def deploy(self, number: int, *, with_disk_and_address: bool) -> None:
        from contracts import virtualization
        from contracts.vocabulary import DiskFormat

        disk_id, mac = uuid4(), f"52:54:00:00:00:{number % 250:02x}"
        if with_disk_and_address:
            self._reserve(number, mac)
            self._make_disk(disk_id)
        spec = virtualization.MachineSpec(
            machine_id=uuid4(), name=f"bare-{number}", vcpus=1, memory_mib=128,
            disks=(
                virtualization.DiskSpec(
                    disk_id=disk_id, path=f"{self._datastore}/{disk_id}.qcow2", format=DiskFormat.QCOW2,
                    position=0,
                ),
            ),
            nics=(virtualization.NicSpec(nic_id=uuid4(), mac=mac, bridge=self._network.bridge, position=0),),
        )  # fmt: skip
        self._driver.define(spec)
        self._driver.start(spec.machine_id)
        self._specs.append(spec)
        self._macs.append(mac)

    def remove(self, *, with_address: bool) -> None:
        from contracts.dhcp import ReleaseAddress
        from remote_services.dhcp.handlers.release_address import release_address

        for spec in self._specs:
            self._driver.undefine(spec.machine_id)
        if with_address:
            release_address(
                ReleaseAddress(operation_id=uuid4(), network=self._network, macs=tuple(self._macs)), None
            )

    def _reserve(self, number: int, mac: str) -> None:
        from contracts.dhcp import AddressReservation, ReserveAddress
        from remote_services.dhcp.handlers.reserve_address import reserve_address

        reservation = AddressReservation(
            mac=mac, ip=f"{BASE_ADDRESS}{number % 250 + 2}", hostname=f"bare-{number}"
        )
        reserve_address(
            ReserveAddress(operation_id=uuid4(), network=self._network, reservations=(reservation,)), None
        )

    def _make_disk(self, disk_id: Any) -> None:
        from contracts.appliance import ProvisionDisk
        from contracts.vocabulary import DiskFormat
        from remote_services.appliance_manager.handlers.provision_disk import provision_disk

        provision_disk(
            ProvisionDisk(
                operation_id=uuid4(), disk_id=disk_id, template_path="tiny.qcow2",
                template_format=DiskFormat.QCOW2, datastore_path=str(self._datastore), size_bytes=40 * 2**20,
            ),
            None,
        )  # fmt: skip


def _timed(
    stack: Stack, count: int, machines: _Machines, *, with_disk_and_address: bool
) -> tuple[float, float]:
    machines.deploy(0, with_disk_and_address=with_disk_and_address)
    accounts = Accounts(stack.roots)
    accounts.open()
    before, began, walls = _own_cpu(), time.perf_counter(), []
    for number in range(1, count + 1):
        machines.deploy(number, with_disk_and_address=with_disk_and_address)
        now = time.perf_counter()
        walls.append(now - began)
        began = now
    cpu = _own_cpu() - before + sum(accounts.spent().values())
    machines.remove(with_address=with_disk_and_address)
    return sorted(walls)[len(walls) // 2], cpu / count


def _own_cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
