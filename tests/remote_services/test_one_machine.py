"""Disk, network and machine together: a real guest gets the address that was reserved for it."""

import shutil
import time
from uuid import uuid4

import pytest

from contracts.appliance import DeleteDisk, ProvisionDisk
from contracts.dhcp import AddressReservation, NetworkSpec, ReleaseAddress, ReserveAddress
from contracts.virtualization import DiskSpec, HypervisorEndpoint, MachineSpec, NicSpec
from remote_services.appliance_manager.handlers.delete_disk import delete_disk
from remote_services.appliance_manager.handlers.provision_disk import provision_disk
from remote_services.dhcp.handlers.release_address import release_address
from remote_services.dhcp.handlers.reserve_address import reserve_address
from remote_services.drivers import connect
from remote_services.runtime.settings import settings

pytestmark = [pytest.mark.hypervisor, pytest.mark.slow]

BOOT_SECONDS = 90
MAC = "52:54:00:0a:0b:0c"
ADDRESS = "10.91.0.7"


@pytest.fixture
def repository(guest_template, libvirt_host, tmp_path, monkeypatch):
    directory = tmp_path / "repository"
    directory.mkdir()
    shutil.copy(guest_template, directory / "tiny.qcow2")
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    monkeypatch.setenv("ATRIUM_NETWORK_NAMESPACE", libvirt_host.namespace)
    settings.cache_clear()
    return directory


def test_a_guest_on_an_overlay_gets_its_reserved_address_and_answers_there(repository, libvirt_host):
    network_id, machine_id, disk_id, operation_id = uuid4(), uuid4(), uuid4(), uuid4()
    network = NetworkSpec(
        network_id=network_id, bridge=f"at{network_id.hex[:8]}", cidr="10.91.0.0/24", gateway="10.91.0.1"
    )
    reservation = AddressReservation(mac=MAC, ip=ADDRESS, hostname="web")
    reserve_address(
        ReserveAddress(operation_id=operation_id, network=network, reservations=(reservation,)), None
    )
    datastore = str(libvirt_host.datastore_dir)
    made = provision_disk(
        ProvisionDisk(
            operation_id=operation_id,
            disk_id=disk_id,
            template_path="tiny.qcow2",
            template_format="qcow2",
            datastore_path=datastore,
            size_bytes=64 * 2**20,
        ),
        None,
    )
    spec = MachineSpec(
        machine_id=machine_id,
        name="web",
        vcpus=1,
        memory_mib=128,
        disks=(DiskSpec(disk_id=disk_id, path=made["path"]),),
        nics=(NicSpec(nic_id=uuid4(), mac=MAC, bridge=network.bridge),),
    )
    driver = connect(HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=libvirt_host.uri))
    try:
        driver.define(spec)
        driver.start(machine_id)
        assert answers_http(libvirt_host)
    finally:
        driver.undefine(machine_id)
        driver.close()
        delete_disk(DeleteDisk(operation_id=operation_id, disk_id=disk_id, datastore_path=datastore), None)
        release_address(ReleaseAddress(operation_id=operation_id, network=network, macs=(MAC,)), None)
    assert network.bridge not in libvirt_host.enter("ip", "-o", "link").stdout
    assert not list(libvirt_host.datastore_dir.iterdir())


def answers_http(host) -> bool:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        if host.enter("timeout", "3", "busybox", "wget", "-qO-", f"http://{ADDRESS}/").returncode == 0:
            return True
        time.sleep(0.5)
    return False
