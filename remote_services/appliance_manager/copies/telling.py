"""Inspects what a copy made, like every image that comes in, and says what it is."""

from collections.abc import Sequence
from pathlib import Path

from contracts.uploads import UploadedDisk
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.checksums import sha256_of
from remote_services.images import inspect_image


def told_of(root: Path, files: Sequence[tuple[Path, DiskFormat]]) -> dict:
    """The output of the command. Raises ImageRefused, OSError."""
    return {"disks": [_told(root, path, disk_format) for path, disk_format in files]}


def _told(root: Path, path: Path, disk_format: DiskFormat) -> dict:
    facts = inspect_image(path, disk_format)
    disk = UploadedDisk(
        path=str(path.relative_to(root)),
        format=disk_format,
        file_size_bytes=facts.file_size_bytes,
        virtual_size_bytes=facts.virtual_size_bytes,
        sha256=sha256_of(path),
    )
    return disk.model_dump(mode="json", exclude={"label", "controller", "adapter"})
