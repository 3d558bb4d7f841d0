"""Unpacks an uploaded OVA into the folder of a template."""

from pathlib import Path

from contracts.uploads import UploadedDisk
from remote_services.images import ImageRefused, RefusalCode


def unpack(package: Path, folder: Path, place: Path) -> tuple[tuple[UploadedDisk, ...], dict[str, str | int]]:
    """The disks, written into ``folder`` and named as they will be found at ``place``, and what the
    descriptor says of the machine. Raises ImageRefused."""
    raise ImageRefused(RefusalCode.OVF_UNSUPPORTED, "OVA packages are not taken yet: send the disk in it.")
