"""A simulated host needs neither root nor qemu-img nor a network: it remembers."""

from ipaddress import IPv4Address, IPv4Network
from uuid import uuid4

import pytest

from contracts.appliance import DeleteDisk, ProvisionDisk
from contracts.dhcp import AddressReservation, NetworkSpec, ReleaseAddress, ReserveAddress
from remote_services.appliance_manager.handlers.delete_disk import delete_disk
from remote_services.appliance_manager.handlers.provision_disk import provision_disk
from remote_services.dhcp.handlers.release_address import release_address
from remote_services.dhcp.handlers.reserve_address import reserve_address
from remote_services.runtime.settings import settings


@pytest.fixture
def simulated(monkeypatch, tmp_path):
    monkeypatch.setenv("ATRIUM_BROKER_URL", "memory://")
    monkeypatch.setenv("ATRIUM_DATACENTER_ID", str(uuid4()))
    monkeypatch.setenv("ATRIUM_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ATRIUM_SIMULATED", "1")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def test_a_disk_is_made_without_a_template_and_deleted(simulated):
    disk_id, operation_id = uuid4(), uuid4()
    made = provision_disk(
        ProvisionDisk(
            operation_id=operation_id, disk_id=disk_id, template_path="tiny.qcow2", template_format="qcow2",
            datastore_path=str(simulated), size_bytes=1024,
        ),
        None,
    )  # fmt: skip
    assert made["path"] == str(simulated / f"{disk_id}.qcow2")

    delete_disk(DeleteDisk(operation_id=operation_id, disk_id=disk_id, datastore_path=str(simulated)), None)

    assert not (simulated / f"{disk_id}.qcow2").exists()


def test_an_address_is_reserved_and_released_without_a_bridge(simulated):
    network = NetworkSpec(
        network_id=uuid4(),
        bridge="atrsim",
        cidr=IPv4Network("192.168.0.0/24"),
        gateway=IPv4Address("192.168.0.1"),
    )
    reservation = AddressReservation(mac="52:54:00:00:00:01", ip=IPv4Address("192.168.0.2"))
    reserve_address(ReserveAddress(operation_id=uuid4(), network=network, reservations=(reservation,)), None)
    kept = list((simulated / "state").rglob("*"))
    assert kept

    release_address(ReleaseAddress(operation_id=uuid4(), network=network, macs=(reservation.mac,)), None)

    assert not [path for path in (simulated / "state").rglob("*") if str(network.network_id) in str(path)]
