"""Makes a disk that stands alone out of a template, all or nothing: blocks are shared where the file
system can do that (FICLONE), copied and converted where it can't."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import datastore, qcow2
from remote_services.appliance_manager.growing import enlarge
from remote_services.appliance_manager.reflink import share_blocks
from remote_services.images import qemu_img
from remote_services.images.qemu_img import Source, Target
from remote_services.images.repository import Template
from remote_services.runtime import room
from remote_services.runtime.errors import OwnershipMismatch

# Of the same disk by an attempt that was killed: one that still runs writes all the time.
_ABANDONED_SECONDS = 600


def make_clone(disk: Path, template: Template, size_bytes: int, progress: Callable[[int], None]) -> int:
    """Make ``disk`` unless it is there already; answers its virtual size in bytes.

    Raises DatastoreFull, OwnershipMismatch, RemoteError.
    """
    if disk.exists():
        return _check_existing(disk)
    directory = disk.parent
    datastore.remove_partial_files(directory, UUID(disk.stem), older_than_seconds=_ABANDONED_SECONDS)
    partial = datastore.new_partial_path(directory, UUID(disk.stem))
    wanted_bytes = max(size_bytes, template.virtual_size_bytes)
    try:
        room.require_room(directory, room.RESERVE_BYTES)
        if template.format is not DiskFormat.QCOW2 or not share_blocks(template.path, partial):
            # At most this much is written: what is zero in the template is not.
            room.require_room(directory, room.RESERVE_BYTES + template.path.stat().st_size)
            qemu_img.convert(
                Source(template.path, template.format),
                Target(partial, DiskFormat.QCOW2),
                progress=lambda percent: progress(int(percent)),
            )
        if wanted_bytes > template.virtual_size_bytes:
            enlarge(partial, wanted_bytes)
        partial.chmod(0o600)
        os.link(partial, disk)
    except FileExistsError:
        return _check_existing(disk)
    finally:
        partial.unlink(missing_ok=True)
    return wanted_bytes


def _check_existing(disk: Path) -> int:
    try:
        header = qcow2.read_header(disk)
    except qcow2.NotQcow2 as error:
        raise OwnershipMismatch(f"{disk} exists and is not a disk of ours: {error}.") from error
    if header.backing_file or header.has_external_data_file:
        raise OwnershipMismatch(f"{disk} exists and does not stand alone.")
    return header.virtual_size_bytes
