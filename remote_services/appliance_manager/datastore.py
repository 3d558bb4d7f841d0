"""Where disks lie: one directory per datastore, one file per disk, named by its UUID."""

import os
import time
from pathlib import Path
from uuid import UUID

from remote_services.runtime.errors import DatastoreFull, DatastoreMissing

# An overlay starts at about 200 KiB; the rest is room for the guests that already run here,
# whose disks grow as they write and stop when there is nothing left.
RESERVE_BYTES = 64 * 2**20


def existing_directory(path: str) -> Path:
    """The datastore's directory. Raises DatastoreMissing."""
    directory = Path(path)
    if not directory.is_absolute():
        raise DatastoreMissing(f"The datastore path {path} is not absolute.")
    if not directory.is_dir():
        raise DatastoreMissing(f"The datastore directory {path} does not exist on this host.")
    return directory


def disk_path(directory: Path, disk_id: UUID) -> Path:
    return directory / f"{disk_id}.qcow2"


def new_partial_path(directory: Path, disk_id: UUID) -> Path:
    """A name no other attempt at the same disk uses, in the same file system as the disk."""
    return directory / f".{disk_id}.{os.getpid()}-{time.monotonic_ns()}.partial"


def remove_partial_files(directory: Path, disk_id: UUID, older_than_seconds: float = 0) -> None:
    """Remove what a killed attempt left. ``older_than_seconds`` spares one that may still run."""
    for path in directory.glob(f".{disk_id}.*.partial"):
        try:
            if path.stat().st_mtime <= time.time() - older_than_seconds:
                path.unlink()
        except FileNotFoundError:
            continue


def require_room(directory: Path, reserve_bytes: int) -> None:
    """Raises DatastoreFull when less than ``reserve_bytes`` is free."""
    free_bytes = free_space_bytes(directory)
    if free_bytes < reserve_bytes:
        raise full(directory, free_bytes, reserve_bytes)


def free_space_bytes(directory: Path) -> int:
    status = os.statvfs(directory)
    return status.f_bavail * status.f_frsize


def full(directory: Path, free_bytes: int, wanted_bytes: int) -> DatastoreFull:
    return DatastoreFull(
        f"The datastore {directory} has {_mib(free_bytes)} free; "
        f"a new disk needs {_mib(wanted_bytes)} to be left."
    )


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.1f} MiB"
