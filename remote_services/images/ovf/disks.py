"""The files and disks of an OVF descriptor: plain names of the package itself, whole and uncompressed."""

import re
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from contracts.vocabulary import DiskFormat
from remote_services.images.facts import Subformat
from remote_services.images.ovf.facts import PackageDisk
from remote_services.images.ovf.tree import attribute, children, damaged, first, number, printable
from remote_services.images.ovf.units import bytes_in
from remote_services.images.refusal import ImageRefused, RefusalCode

MOST_DISKS = 64
MOST_BYTES = 2**53
_PLAIN_NAME = re.compile(r"\w[\w .,()+@~=-]{0,199}$")
# Of DMTF, VMware, VirtualBox and others: what is told by a piece of the address.
_FORMATS = (
    ("vmdk", "streamoptimized", DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED),
    ("vmdk", "", DiskFormat.VMDK, Subformat.SPARSE),
    ("qcow", "", DiskFormat.QCOW2, Subformat.SPARSE),
    ("hh831446", "", DiskFormat.VHDX, Subformat.SPARSE),
    ("vhdx", "", DiskFormat.VHDX, Subformat.SPARSE),
    ("linkid=137171", "", DiskFormat.VPC, Subformat.SPARSE),
    ("bb676673", "", DiskFormat.VPC, Subformat.SPARSE),
    ("vhd", "", DiskFormat.VPC, Subformat.SPARSE),
    ("vdi", "", DiskFormat.VDI, Subformat.SPARSE),
    ("raw", "", DiskFormat.RAW, Subformat.PLAIN),
    ("iso", "", DiskFormat.RAW, Subformat.ISO),
)


def is_plain_name(name: str) -> bool:
    """Whether it names a file beside the descriptor, and nothing that a program could take for more."""
    return bool(_PLAIN_NAME.match(name))


def file_names(envelope: Element) -> dict[str, str]:
    """Plain names of the package's files by their ids. Raises ImageRefused."""
    names: dict[str, str] = {}
    for file in children(first(envelope, "References"), "File"):
        name = unquote(attribute(file, "href"))
        if not is_plain_name(name):
            raise ImageRefused(
                RefusalCode.OVF_EXTERNAL_REFERENCE,
                f"Its descriptor refers to {name[:80]!r}; only names of files beside it are taken.",
            )
        if attribute(file, "compression") not in ("", "identity") or attribute(file, "chunkSize"):
            raise ImageRefused(
                RefusalCode.OVF_UNSUPPORTED, f"Its file {name!r} is compressed or in pieces; give it whole."
            )
        key = attribute(file, "id")
        if key in names or name in names.values():
            raise damaged(f"it names the file {name!r} twice")
        names[key] = name
    return names


def disks_by_id(envelope: Element, files: dict[str, str]) -> dict[str, PackageDisk]:
    """Raises ImageRefused."""
    disks: dict[str, PackageDisk] = {}
    section = first(envelope, "DiskSection")
    for element in children(section, "Disk"):
        key = attribute(element, "diskId")
        if key in disks or len(disks) >= MOST_DISKS:
            raise damaged(f"it has the disk {key[:40]!r} twice, or more than {MOST_DISKS} disks")
        disks[key] = _disk(element, printable(key), files)
    return disks


def disk_of_file(name: str) -> PackageDisk:
    """A disk that the machine takes from a file without further words."""
    return PackageDisk(name, name, *_format_of("", name), capacity_bytes=0)


def _disk(element: Element, label: str, files: dict[str, str]) -> PackageDisk:
    if attribute(element, "parentRef"):
        raise ImageRefused(
            RefusalCode.OVF_UNSUPPORTED, f"Its disk {label!r} lies over another disk; give it as a whole."
        )
    file_name = ""
    if reference := attribute(element, "fileRef"):
        if reference not in files:
            raise damaged(f"its disk {label!r} is of a file that is not among its references")
        file_name = files[reference]
    return PackageDisk(
        label,
        file_name,
        *_format_of(attribute(element, "format"), file_name),
        _capacity_bytes(element, label),
    )


def _capacity_bytes(element: Element, label: str) -> int:
    try:
        unit_bytes = bytes_in(attribute(element, "capacityAllocationUnits"))
    except ValueError as error:
        raise damaged(f"the size of its disk {label!r} has no unit: {error}") from error
    capacity = number(attribute(element, "capacity") or "0", f"disk {label!r}'s size", MOST_BYTES)
    if capacity * unit_bytes > MOST_BYTES:
        raise ImageRefused(
            RefusalCode.TOO_LARGE, f"Its disk {label!r} would have {capacity * unit_bytes / 2**40:.0f} TiB."
        )
    return capacity * unit_bytes


def _format_of(address: str, file_name: str) -> tuple[DiskFormat | None, Subformat]:
    """By the address that stands for the format, else by the end of the file's name."""
    ending = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    for words in (address.lower(), ending):
        for piece, detail, disk_format, subformat in _FORMATS:
            if piece in words and detail in words:
                return disk_format, subformat
    return None, Subformat.PLAIN
