"""Makes disks larger that are there already."""

import subprocess
from pathlib import Path

from contracts.vocabulary import DiskFormat, ErrorCode
from remote_services.appliance_manager import qcow2
from remote_services.runtime import room
from remote_services.runtime.errors import OwnershipMismatch, RemoteError

TIMEOUT_SECONDS = 60


class DiskMissing(RemoteError):
    code = ErrorCode.DISK_MISSING


def grow(disk: Path, size_bytes: int) -> int:
    """Make the disk so large, unless it is as large or larger; answers its virtual size in bytes.

    Raises DiskMissing, OwnershipMismatch, DatastoreFull; RemoteError while a machine runs on it.
    """
    if not disk.exists():
        raise DiskMissing(f"There is no disk {disk}.")
    try:
        header = qcow2.read_header(disk)
    except qcow2.NotQcow2 as error:
        raise OwnershipMismatch(f"{disk} is not a disk of ours: {error}.") from error
    if header.has_external_data_file:
        raise OwnershipMismatch(f"{disk} keeps its data elsewhere, as no disk of ours does.")
    if header.virtual_size_bytes >= size_bytes:
        return header.virtual_size_bytes
    room.require_room(disk.parent, room.RESERVE_BYTES)
    enlarge(disk, size_bytes)
    return size_bytes


def enlarge(disk: Path, size_bytes: int) -> None:
    """Raises RemoteError. A file that a machine has open is locked by QEMU, and left alone."""
    arguments = ["qemu-img", "resize", "-q", "-f", DiskFormat.QCOW2.value, str(disk), str(size_bytes)]
    try:
        subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except subprocess.CalledProcessError as error:
        raise RemoteError(f"qemu-img could not enlarge the disk: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise RemoteError(f"qemu-img did not end within {TIMEOUT_SECONDS} s.") from error
