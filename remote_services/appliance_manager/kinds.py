"""What kind of file came: a package or an image, and of which format.

The name's ending is believed as an announcement that inspection then holds the file to; a file without one,
or called ``.img``, is what its content says.
"""

from enum import StrEnum
from pathlib import Path

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageRefused, RefusalCode, Subformat, detect_format

ISO_SUFFIX = ".iso"
_OF_DISKS = (".raw", ".img", ".dd")
_HEAD_BYTES = 512
_BOOT_SIGNATURE = b"\x55\xaa"
_TAR_MAGIC = (257, b"ustar")
_BY_SUFFIX = {
    ".qcow2": DiskFormat.QCOW2,
    ".vmdk": DiskFormat.VMDK,
    ".vdi": DiskFormat.VDI,
    ".vhd": DiskFormat.VPC,
    ".vhdx": DiskFormat.VHDX,
    ".raw": DiskFormat.RAW,
    ISO_SUFFIX: DiskFormat.RAW,
}
_COMPRESSED = (b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh", b"PK\x03\x04", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")


class Kind(StrEnum):
    IMAGE = "image"
    PACKAGE = "package"


def kind_of(path: Path, file_name: str) -> tuple[Kind, DiskFormat]:
    """What the file is announced as; the format means nothing for packages.

    Raises ImageRefused for what is neither an image nor a package.
    """
    suffix = Path(file_name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    start, magic = _TAR_MAGIC
    if head[start : start + len(magic)] == magic or suffix == ".ova":
        return Kind.PACKAGE, DiskFormat.RAW
    if suffix == ".ovf":
        raise _unknown("An OVF descriptor has no disks in it: send the package as one .ova file.")
    if head.startswith(_COMPRESSED):
        raise _unknown("The file is a compressed archive: unpack it and send what is in it.")
    return Kind.IMAGE, _BY_SUFFIX.get(suffix) or detect_format(path)


def is_optical(path: Path, file_name: str, subformat: Subformat) -> bool:
    """Whether an inspected image is for a CD-ROM drive: ISO images are, unless their name says that it is
    the image of a disk and a machine could start from it as one.

    Raises ImageRefused for a file that is only called an ISO image.
    """
    suffix = Path(file_name).suffix.lower()
    if suffix == ISO_SUFFIX and subformat is not Subformat.ISO:
        raise ImageRefused(
            RefusalCode.FORMAT_MISMATCH,
            "The file is called .iso, but there is no ISO 9660 or UDF file system in it.",
        )
    return subformat is Subformat.ISO and not (suffix in _OF_DISKS and _has_boot_sector(path))


def _has_boot_sector(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES).endswith(_BOOT_SIGNATURE)


def _unknown(words: str) -> ImageRefused:
    return ImageRefused(RefusalCode.UNKNOWN_FORMAT, words)
