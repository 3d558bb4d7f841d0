"""Where disks lie: one directory per datastore, one file per disk, named by its UUID."""

import os
import shutil
import time
from pathlib import Path
from uuid import UUID

from remote_services.runtime.errors import DatastoreMissing


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


def guest_drive_path(directory: Path, machine_id: UUID) -> Path:
    return directory / f"{machine_id}.guest.iso"


def new_partial_path(directory: Path, disk_id: UUID) -> Path:
    """A name no other attempt at the same disk uses, in the same file system as the disk."""
    return directory / f".{disk_id}.{os.getpid()}-{time.monotonic_ns()}.partial"


def remove_partial_files(directory: Path, disk_id: UUID, older_than_seconds: float = 0) -> None:
    """Remove what a killed attempt left, folders of conversions as well. ``older_than_seconds`` spares
    one that may still run."""
    for path in directory.glob(f".{disk_id}.*.partial"):
        try:
            if path.stat().st_mtime > time.time() - older_than_seconds:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        except FileNotFoundError:
            continue
