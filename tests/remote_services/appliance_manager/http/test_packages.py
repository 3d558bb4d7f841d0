"""Packages that are uploaded: unpacked under our names, with what they say of their machine."""

import pytest

from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.packages import os_type_of
from remote_services.images import PackageDisk, PackageFacts, PackageNic, Subformat, write_package
from remote_services.images.ovf.facts import DiskController
from tests.remote_services.appliance_manager.http.conftest import ENTERPRISE, upload_ticket

MIB = 1024 * 1024


def package_of(images, count: int = 1) -> bytes:
    names = [f"machine-disk{number}.vmdk" for number in range(1, count + 1)]
    disks = tuple(
        PackageDisk(label=name, file_name=name, format=DiskFormat.VMDK, subformat=Subformat.SPARSE,
                    capacity_bytes=MIB)
        for name in names
    )  # fmt: skip
    facts = PackageFacts(
        name="Shop", description="A shop", operating_system="debian11_64Guest", cpu_count=2, memory_mib=1024,
        disks=disks,
    )  # fmt: skip
    return b"".join(write_package(facts, dict.fromkeys(names, images / "disk.vmdk")))


def test_a_package_becomes_a_template_with_all_its_disks(service, images):
    data = package_of(images, 2)
    ticket = upload_ticket(len(data), "shop.ova")
    end = service.upload(ticket, data)
    assert end["type"] == "upload_finished.v1", end
    place = f"{ENTERPRISE}/{ticket.upload_id}"
    assert [disk["path"] for disk in end["disks"]] == [f"{place}/disk-0.vmdk", f"{place}/disk-1.vmdk"]
    assert end["disks"][0]["virtual_size_bytes"] == MIB
    assert end["proposal"] == {
        "name": "Shop", "description": "A shop", "os_type": "DEBIAN_64", "vcpus": 2, "memory_mib": 1024,
    }  # fmt: skip
    service.wait_for(lambda: service.files() == [f"{place}/disk-0.vmdk", f"{place}/disk-1.vmdk"])


def test_a_package_says_which_controllers_and_card_its_guest_has_drivers_for(service, images):
    disk = PackageDisk(
        label="disk", file_name="disk.vmdk", format=DiskFormat.VMDK, subformat=Subformat.SPARSE,
        capacity_bytes=MIB, controller=DiskController.SCSI, controller_model="lsilogicsas",
    )  # fmt: skip
    facts = PackageFacts(name="Shop", disks=(disk,), nics=(PackageNic("lan", "E1000 VmxNet3"),))
    data = b"".join(write_package(facts, {"disk.vmdk": images / "disk.vmdk"}))

    end = service.upload(upload_ticket(len(data), "shop.ova"), data)

    assert (end["disks"][0]["controller"], end["disks"][0]["adapter"]) == ("scsi", "lsilogicsas")
    assert end["proposal"]["ethernet_driver"] == "E1000"


def empty(label: str, capacity_bytes: int) -> PackageDisk:
    return PackageDisk(
        label=label, file_name="", format=None, subformat=Subformat.PLAIN, capacity_bytes=capacity_bytes,
        controller=DiskController.SATA,
    )  # fmt: skip


def test_disks_with_nothing_on_them_are_kept_in_their_places_but_for_the_first(service, images):
    full = PackageDisk("full", "disk.vmdk", DiskFormat.VMDK, Subformat.SPARSE, MIB)
    facts = PackageFacts(name="Shop", disks=(empty("log", 5 * MIB), full, empty("data", 7 * MIB)))
    data = b"".join(write_package(facts, {"disk.vmdk": images / "disk.vmdk"}))

    end = service.upload(upload_ticket(len(data), "shop.ova"), data)

    found = [(disk["label"], bool(disk["path"]), disk["virtual_size_bytes"]) for disk in end["disks"]]
    assert found == [("full", True, MIB), ("log", False, 5 * MIB), ("data", False, 7 * MIB)]
    assert (end["disks"][1]["file_size_bytes"], end["disks"][1]["controller"]) == (0, "sata")


def test_a_disk_with_nothing_on_it_is_not_beyond_all_measure_either(service, images):
    full = PackageDisk("full", "disk.vmdk", DiskFormat.VMDK, Subformat.SPARSE, MIB)
    facts = PackageFacts(name="Shop", disks=(full, empty("log", 17 * 2**40)))
    data = b"".join(write_package(facts, {"disk.vmdk": images / "disk.vmdk"}))

    end = service.upload(upload_ticket(len(data), "shop.ova"), data)

    assert (end["type"], end["code"]) == ("upload_failed.v1", "too_large")
    assert "17 TiB" in end["detail"]
    service.wait_for(lambda: service.files() == [])


@pytest.mark.parametrize("damage", ["flipped", "cut"])
def test_a_damaged_package_is_refused_and_leaves_nothing(service, images, damage):
    data = bytearray(package_of(images))
    if damage == "flipped":
        data[len(data) // 2] ^= 0xFF
    data = bytes(data[: len(data) // 2] if damage == "cut" else data)
    end = service.upload(upload_ticket(len(data), "shop.ova"), data)
    assert end["type"] == "upload_failed.v1"
    assert end["code"] in ("checksum", "tar_damaged", "damaged_header"), end
    service.wait_for(lambda: service.files() == [])


def test_a_package_needs_room_for_itself_and_for_what_is_in_it(service):
    from remote_services.runtime import mount

    size_bytes = int(mount.room(service.root)[1] * 0.6)
    assert service.begin(upload_ticket(size_bytes, "big.OVA")).status_code == 507
    assert service.begin(upload_ticket(size_bytes, "big.raw")).status_code == 201


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("debian11_64Guest", "DEBIAN_64"), ("ubuntuGuest", "UBUNTU"), ("windows9_64Guest", "WINDOWS"),
        ("otherGuest", ""), ("other5xLinux64Guest", "LINUX_64"),
    ],
)  # fmt: skip
def test_operating_systems_are_known_by_the_words_of_hypervisors(told, name):
    assert os_type_of(told) == name
