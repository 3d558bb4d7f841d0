"""Unpacks an uploaded OVA into the folder of a template."""

from pathlib import Path

from contracts.copies import TOLD_PROPERTY
from contracts.uploads import UploadedDisk
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.checksums import sha256_of
from remote_services.images import (
    ImageLimits,
    ImageRefused,
    PackageDisk,
    PackageFacts,
    ReceivedDisk,
    ReceivedPackage,
    RefusalCode,
    receive_package,
)

LONGEST_TEXT, LONGEST_ADAPTER = 255, 32
MOST_VIRTUAL_BYTES = ImageLimits().virtual_size_bytes
_SYSTEMS = {
    "debian": "DEBIAN", "ubuntu": "UBUNTU", "centos": "CENTOS", "rhel": "RHEL", "redhat": "RHEL",
    "sles": "SLES", "suse": "SUSE", "freebsd": "FREEBSD", "openbsd": "OPENBSD", "netbsd": "NETBSD",
    "solaris": "SOLARIS", "linux": "LINUX", "windows": "WINDOWS",
}  # fmt: skip
_NETWORK_CARDS = {
    "vmxnet3": "VMXNET3", "e1000": "E1000", "e1000e": "E1000", "pcnet32": "PCNET32", "virtio": "VIRTIO",
}  # fmt: skip
_ONLY_ONE_WIDTH = ("OPENBSD", "NETBSD", "WINDOWS")


def unpack(package: Path, folder: Path, place: Path) -> tuple[tuple[UploadedDisk, ...], dict[str, str | int]]:
    """The disks, written into ``folder`` and named as they will be found at ``place``, and what the
    descriptor says of the machine. Raises ImageRefused, OSError."""
    with package.open("rb") as stream:
        received = receive_package(stream, folder)
    return placed(received, folder, place)


def placed(
    received: ReceivedPackage, folder: Path, place: Path
) -> tuple[tuple[UploadedDisk, ...], dict[str, str | int]]:
    """The disks of a package whose files lie in ``folder``, as ``unpack``. Raises ImageRefused, OSError."""
    if not received.disks:
        raise ImageRefused(RefusalCode.OVF_UNSUPPORTED, "The package has no disk with contents.")
    filled = iter([_placed(disk, number, folder, place) for number, disk in enumerate(received.disks)])
    disks = [
        _empty(disk) if _has_nothing_on_it(disk) else next(filled, None) for disk in received.facts.disks
    ]
    found = [*filter(None, disks), *filled]
    # Machines start from the first, so that is one with contents, whatever the package says.
    boots = next(disk for disk in found if disk.path)
    return (boots, *(disk for disk in found if disk is not boots)), proposal_of(received.facts)


def _has_nothing_on_it(disk: PackageDisk) -> bool:
    return not disk.file_name and disk.capacity_bytes > 0


def _empty(disk: PackageDisk) -> UploadedDisk:
    """Raises ImageRefused for one that is larger than any image may be."""
    if disk.capacity_bytes > MOST_VIRTUAL_BYTES:
        raise ImageRefused(
            RefusalCode.TOO_LARGE,
            f"Its disk {disk.label!r} would have {disk.capacity_bytes / 2**40:.0f} TiB; "
            f"at most {MOST_VIRTUAL_BYTES // 2**40} TiB are taken.",
        )
    return UploadedDisk(
        path="",
        format=DiskFormat.RAW,
        file_size_bytes=0,
        virtual_size_bytes=disk.capacity_bytes,
        label=disk.label[:LONGEST_TEXT],
        controller=str(disk.controller),
        adapter=disk.controller_model[:LONGEST_ADAPTER],
    )


def proposal_of(facts: PackageFacts) -> dict[str, str | int]:
    """What the package says of the machine, by the names of a template's fields."""
    told: dict[str, str | int] = {
        "name": facts.name[:LONGEST_TEXT],
        "description": (facts.description or facts.product)[:LONGEST_TEXT],
        "os_type": os_type_of(facts.operating_system),
        "os_version": facts.version[:LONGEST_TEXT],
        "vcpus": facts.cpu_count,
        "memory_mib": facts.memory_mib,
        "ethernet_driver": _network_card(facts),
        "terms": facts.eula,
        "told": next((each.value for each in facts.properties if each.key == TOLD_PROPERTY), ""),
    }
    return {name: value for name, value in told.items() if value}


def os_type_of(told: str) -> str:
    """The dialect's name of a system in a hypervisor's words (``debian11_64Guest``), or nothing."""
    words = told.lower()
    found = next((ours for theirs, ours in _SYSTEMS.items() if theirs in words), "")
    return f"{found}_64" if found and "64" in words and found not in _ONLY_ONE_WIDTH else found


def _network_card(facts: PackageFacts) -> str:
    """The dialect's name of the first card a driver is there for; packages may offer several."""
    models = " ".join(nic.model for nic in facts.nics).lower().split()
    return next((_NETWORK_CARDS[model] for model in models if model in _NETWORK_CARDS), "")


def _placed(disk: ReceivedDisk, number: int, folder: Path, place: Path) -> UploadedDisk:
    name = f"disk-{number}.{disk.image.format}"
    disk.path.rename(folder / name)
    return UploadedDisk(
        path=str(place / name),
        format=disk.image.format,
        file_size_bytes=disk.image.file_size_bytes,
        virtual_size_bytes=disk.image.virtual_size_bytes,
        sha256=sha256_of(folder / name),
        label=disk.disk.label[:LONGEST_TEXT],
        controller=str(disk.disk.controller),
        variant=disk.image.variant,
        adapter=disk.disk.controller_model[:LONGEST_ADAPTER],
    )
