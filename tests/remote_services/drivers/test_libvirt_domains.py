"""What a machine looks like to libvirt."""

from uuid import uuid4
from xml.etree import ElementTree

import pytest

from contracts.virtualization import DiskSpec, MachineSpec, NicSpec
from contracts.vocabulary import DiskFormat
from remote_services.drivers.libvirt.domain_xml import domain_xml
from remote_services.drivers.libvirt.ownership import NAMESPACE

MACHINE = MachineSpec(
    machine_id=uuid4(),
    name="<evil/> & 'co'\nsecond line",
    vcpus=2,
    memory_mib=256,
    disks=(
        DiskSpec(disk_id=uuid4(), path="/store/b.raw", format=DiskFormat.RAW, position=1),
        DiskSpec(disk_id=uuid4(), path="/store/a & b.qcow2", position=0),
    ),
    nics=(NicSpec(nic_id=uuid4(), mac="52:54:00:00:00:01", bridge="atr0"),),
)


@pytest.fixture
def domain():
    return ElementTree.fromstring(domain_xml(MACHINE, "qemu"))


def test_the_name_is_ours_and_the_title_is_the_users(domain):
    assert domain.findtext("name") == f"ATR_{MACHINE.machine_id}"
    assert domain.findtext("title") == "<evil/> & 'co' second line"


def test_the_mark_names_the_machine(domain):
    assert domain.find(f"metadata/{{{NAMESPACE}}}machine").get("id") == str(MACHINE.machine_id)


def test_disks_stand_in_their_order_with_the_format_they_are_said_to_have(domain):
    found = [
        (disk.find("target").get("dev"), disk.find("source").get("file"), disk.find("driver").get("type"))
        for disk in domain.findall("devices/disk")
    ]
    assert found == [("vda", "/store/a & b.qcow2", "qcow2"), ("vdb", "/store/b.raw", "raw")]


def test_no_console_listens_on_a_port(domain):
    graphics = domain.find("devices/graphics")
    assert (graphics.get("port"), graphics.find("listen").get("type")) == (None, "socket")


@pytest.mark.parametrize(("kind", "mode"), [("qemu", "custom"), ("kvm", "host-model")])
def test_only_real_acceleration_gets_a_rich_processor(kind, mode):
    domain = ElementTree.fromstring(domain_xml(MACHINE, kind))
    assert (domain.get("type"), domain.find("cpu").get("mode")) == (kind, mode)
