"""The virtual hardware of an OVF descriptor: processors, memory, disks on their controllers, NICs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from remote_services.images.ovf.disks import MOST_BYTES, disk_of_file
from remote_services.images.ovf.facts import DiskController, PackageDisk, PackageNic
from remote_services.images.ovf.tree import attribute, damaged, local_name, number, text
from remote_services.images.ovf.units import bytes_in
from remote_services.images.refusal import ImageRefused, RefusalCode

_PROCESSOR, _MEMORY, _NIC, _DISK = "3", "4", "10", "17"
_CONTROLLERS = {
    "5": DiskController.IDE, "6": DiskController.SCSI, "20": DiskController.SATA,
}  # fmt: skip
_ITEMS = ("Item", "StorageItem", "EthernetPortItem")
_MOST_PROCESSORS = 4096
_MOST_NICS = 64
_MIB = 2**20
_PLACE = re.compile(r"\d{1,9}$", re.ASCII)
_DISK_MARK, _FILE_MARK = "/disk/", "/file/"


@dataclass
class Hardware:
    family: str = ""
    cpu_count: int = 1
    cores_per_socket: int = 0
    memory_mib: int = 0
    disks: tuple[PackageDisk, ...] = ()
    nics: tuple[PackageNic, ...] = ()


def read_hardware(
    section: Element | None, configuration: str, disks: dict[str, PackageDisk], files: dict[str, str]
) -> Hardware:
    """The hardware in the default configuration. Raises ImageRefused."""
    items = list(_items(section, configuration))
    hardware = Hardware(family=text(section, "System", "VirtualSystemType"))
    for item in _of_kind(items, _PROCESSOR):
        hardware.cpu_count = max(number(text(item, "VirtualQuantity"), "number of CPUs", _MOST_PROCESSORS), 1)
        cores = text(item, "CoresPerSocket") or "0"
        hardware.cores_per_socket = number(cores, "number of cores per socket", _MOST_PROCESSORS)
    for item in _of_kind(items, _MEMORY):
        hardware.memory_mib = _memory_mib(item)
    hardware.disks = tuple(_attached(items, disks, files))
    hardware.nics = tuple(
        PackageNic(text(item, "Connection"), text(item, "ResourceSubType")) for item in _of_kind(items, _NIC)
    )
    if len(hardware.nics) > _MOST_NICS:
        raise damaged(f"it has {len(hardware.nics)} NICs; {_MOST_NICS} are the most")
    return hardware


def _items(section: Element | None, configuration: str) -> Iterator[Element]:
    for item in section if section is not None else ():
        if local_name(item.tag) not in _ITEMS or attribute(item, "bound") not in ("", "normal"):
            continue
        wanted = attribute(item, "configuration").split()
        if not wanted or configuration in wanted:
            yield item


def _of_kind(items: list[Element], kind: str) -> list[Element]:
    return [item for item in items if text(item, "ResourceType") == kind]


def _memory_mib(item: Element) -> int:
    try:
        unit_bytes = bytes_in(text(item, "AllocationUnits"))
    except ValueError as error:
        raise damaged(f"its memory has no unit: {error}") from error
    return number(text(item, "VirtualQuantity"), "memory", MOST_BYTES) * unit_bytes // _MIB


def _attached(
    items: list[Element], disks: dict[str, PackageDisk], files: dict[str, str]
) -> Iterator[PackageDisk]:
    """The disks in the order of their places; those that no item names come last, as they are."""
    by_instance = {text(item, "InstanceID"): item for item in items}
    left = dict(disks)
    for item in _in_places(_of_kind(items, _DISK)):
        disk = _disk_of(item, left, files)
        if disk is None:
            continue
        parent = by_instance.get(text(item, "Parent"))
        controller, model = DiskController.UNKNOWN, ""
        if parent is not None:
            controller = _CONTROLLERS.get(text(parent, "ResourceType"), DiskController.UNKNOWN)
            model = text(parent, "ResourceSubType")
            if model.lower().startswith(DiskController.VIRTIO):
                controller = DiskController.VIRTIO
        yield replace(disk, controller=controller, controller_model=model)
    yield from left.values()


def _disk_of(item: Element, left: dict[str, PackageDisk], files: dict[str, str]) -> PackageDisk | None:
    resource = text(item, "HostResource", longest=1000)
    if _DISK_MARK in resource and (disk := left.pop(resource.rpartition(_DISK_MARK)[2], None)):
        return disk
    if _FILE_MARK in resource and (name := files.get(resource.rpartition(_FILE_MARK)[2])):
        return disk_of_file(name)
    if not resource:
        return None
    raise ImageRefused(
        RefusalCode.OVF_EXTERNAL_REFERENCE,
        f"Its machine has a disk {resource[:80]!r} that is none of the package, or is used twice.",
    )


def _in_places(items: list[Element]) -> list[Element]:
    """In the order of the document, those of one controller by their places on it."""
    positions: dict[str, int] = {}
    for position, item in enumerate(items):
        if parent := text(item, "Parent"):
            positions.setdefault(parent, position)

    def place(numbered: tuple[int, Element]) -> tuple[int, int]:
        position, item = numbered
        word = text(item, "AddressOnParent")
        on_parent = int(word) if _PLACE.match(word) else 0
        return positions.get(text(item, "Parent"), position), on_parent

    return [item for _, item in sorted(enumerate(items), key=place)]
