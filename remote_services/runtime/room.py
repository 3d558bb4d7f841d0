"""Free space of the directories this machine shares with its hosts, and what must stay free for guests."""

import os
from pathlib import Path

from remote_services.runtime.errors import DatastoreFull

# For the guests that already run here, whose disks grow as they write and stop when nothing is left.
RESERVE_BYTES = 64 * 2**20


def free_space_bytes(directory: Path) -> int:
    status = os.statvfs(directory)
    return status.f_bavail * status.f_frsize


def full(directory: Path, free_bytes: int, wanted_bytes: int) -> DatastoreFull:
    return DatastoreFull(
        f"The datastore {directory} has {mib(free_bytes)} free; {mib(wanted_bytes)} are needed at least."
    )


def require_room(directory: Path, wanted_bytes: int) -> None:
    """Raises DatastoreFull when less than ``wanted_bytes`` is free."""
    free_bytes = free_space_bytes(directory)
    if free_bytes < wanted_bytes:
        raise full(directory, free_bytes, wanted_bytes)


def mib(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.1f} MiB"
