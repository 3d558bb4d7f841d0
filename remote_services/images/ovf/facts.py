"""What a package says of its machine, as values. Nothing here was checked against the disks' files."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.vocabulary import DiskFormat
from remote_services.images.facts import Subformat


class DiskController(StrEnum):
    """To what a disk is attached; UNKNOWN where the package does not say."""

    IDE = "ide"
    SCSI = "scsi"
    SATA = "sata"
    VIRTIO = "virtio"
    UNKNOWN = ""


@dataclass(frozen=True)
class PackageDisk:
    """``file_name`` is a plain name, empty for a disk without contents; ``format`` is None where neither
    the package nor the file's name says it. ``controller_model`` in the package's words: ``lsilogic``."""

    label: str
    file_name: str
    format: DiskFormat | None
    subformat: Subformat
    capacity_bytes: int
    controller: DiskController = DiskController.UNKNOWN
    controller_model: str = ""


@dataclass(frozen=True)
class PackageNic:
    network: str
    model: str = ""


@dataclass(frozen=True)
class PackageProperty:
    """Something to be set for the guest; ``value`` is the default."""

    key: str
    value: str = ""
    label: str = ""
    is_secret: bool = False


@dataclass(frozen=True)
class PackageFacts:
    """``operating_system`` is VMware's name (``debian11_64Guest``) or the description; ``os_number``
    the number of CIM_OperatingSystem, 0 when it is not said."""

    name: str
    description: str = ""
    product: str = ""
    vendor: str = ""
    version: str = ""
    product_url: str = ""
    eula: str = ""
    operating_system: str = ""
    os_number: int = 0
    hardware_family: str = ""
    cpu_count: int = 1
    cores_per_socket: int = 0
    memory_mib: int = 0
    disks: tuple[PackageDisk, ...] = ()
    nics: tuple[PackageNic, ...] = ()
    properties: tuple[PackageProperty, ...] = ()
