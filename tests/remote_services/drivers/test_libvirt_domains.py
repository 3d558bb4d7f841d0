"""What a machine looks like to libvirt."""

from uuid import uuid4
from xml.etree import ElementTree

import pytest

from contracts.virtualization import CdromSpec, DiskSpec, MachineSpec, NicSpec
from contracts.vocabulary import DiskBus, DiskFormat, NicModel
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
    cdroms=(CdromSpec(path="/store/m & g.iso", position=3), CdromSpec(position=0)),
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
        for disk in domain.findall("devices/disk[@device='disk']")
    ]
    assert found == [("vda", "/store/a & b.qcow2", "qcow2"), ("vdb", "/store/b.raw", "raw")]


def placed(*disks: tuple[DiskBus, str]) -> tuple[list[tuple[str, str, dict]], list[str]]:
    """The name, bus and address of each disk attached like this, and the models of SCSI adapters."""
    specs = [
        DiskSpec(disk_id=uuid4(), path=f"/{place}", position=place, bus=bus, adapter=adapter)
        for place, (bus, adapter) in enumerate(disks)
    ]
    machine = MACHINE.model_copy(update={"disks": tuple(specs), "cdroms": ()})
    devices = ElementTree.fromstring(domain_xml(machine, "qemu")).find("devices")
    found = []
    for disk in devices.findall("disk"):
        target, address = disk.find("target"), disk.find("address")
        found.append((target.get("dev"), target.get("bus"), {} if address is None else address.attrib))
    return found, [each.get("model") for each in devices.findall("controller")]


def test_disks_sit_on_the_bus_they_are_said_to_sit_on_each_at_a_place_of_its_own():
    asked = [(bus, "") for bus in DiskBus] * 9
    found, adapters = placed(*asked)
    names = [name for name, _bus, _address in found]
    assert len(set(names)) == len(names)
    for bus in (DiskBus.SATA, DiskBus.SCSI):
        places = [tuple(address.values()) for _name, on, address in found if on == bus]
        assert len(set(places)) == len(places)
    assert adapters == ["virtio-scsi", "virtio-scsi"]


def test_whoever_finds_no_place_on_ide_sits_on_sata():
    found, _adapters = placed(*[(DiskBus.IDE, "")] * 5)
    assert [(name, bus) for name, bus, _address in found] == [
        ("hda", "ide"), ("hdb", "ide"), ("hdc", "ide"), ("hdd", "ide"), ("sda", "sata"),
    ]  # fmt: skip


def test_a_cdrom_keeps_its_place_on_ide_whatever_disks_there_are():
    disks = [
        DiskSpec(disk_id=uuid4(), path=f"/{place}", position=place, bus=DiskBus.IDE) for place in range(4)
    ]
    machine = MACHINE.model_copy(
        update={"disks": tuple(disks), "cdroms": (CdromSpec(path="/cd", position=3),)}
    )
    devices = ElementTree.fromstring(domain_xml(machine, "qemu")).findall("devices/disk")
    assert [each.find("target").get("dev") for each in devices] == ["hda", "hdb", "hdc", "sda", "hdd"]


def test_a_scsi_disk_sits_on_the_adapter_its_guest_has_a_driver_for():
    wanted = ("VirtualSCSI", "lsilogic", "lsilogicsas", "something", "lsilogic")
    found, adapters = placed(*[(DiskBus.SCSI, each) for each in wanted])
    assert adapters == ["vmpvscsi", "lsilogic", "lsisas1068", "virtio-scsi"]
    assert [adapters[int(address["controller"])] for _name, _bus, address in found] == [
        "vmpvscsi", "lsilogic", "lsisas1068", "virtio-scsi", "lsilogic",
    ]  # fmt: skip


@pytest.mark.parametrize("model", NicModel)
def test_a_network_card_is_of_the_model_it_is_said_to_be(model):
    nic = NicSpec(nic_id=uuid4(), mac="52:54:00:00:00:01", bridge="atr0", model=model)
    domain = ElementTree.fromstring(domain_xml(MACHINE.model_copy(update={"nics": (nic,)}), "qemu"))
    assert domain.find("devices/interface/model").get("type") == model


def test_a_cdrom_is_read_only_in_its_slot_and_may_be_empty(domain):
    found = [
        (
            disk.find("target").get("dev"),
            getattr(disk.find("source"), "attrib", {}),
            disk.find("readonly") is not None,
        )
        for disk in domain.findall("devices/disk[@device='cdrom']")
    ]
    assert found == [("hdd", {"file": "/store/m & g.iso"}, True), ("hda", {}, True)]


def test_no_console_listens_on_a_port(domain):
    graphics = domain.find("devices/graphics")
    assert (graphics.get("port"), graphics.find("listen").get("type")) == (None, "socket")


@pytest.mark.parametrize(("kind", "mode"), [("qemu", "custom"), ("kvm", "host-model")])
def test_only_real_acceleration_gets_a_rich_processor(kind, mode):
    domain = ElementTree.fromstring(domain_xml(MACHINE, kind))
    assert (domain.get("type"), domain.find("cpu").get("mode")) == (kind, mode)
