"""Makes a disk as a qcow2 overlay over a template, or one with nothing on it, all or nothing.

A disk that exists is never written to: it may hold a guest's data.
"""

import errno
import os
import subprocess
from pathlib import Path
from uuid import UUID

from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import datastore, qcow2
from remote_services.images.repository import Template, TemplateUnusable
from remote_services.runtime import room
from remote_services.runtime.errors import DatastoreFull, OwnershipMismatch, RemoteError

CREATE_TIMEOUT_SECONDS = 60
_OVERLAY_BYTES = 2**20


def make_overlay(
    disk: Path, template: Template, size_bytes: int, reserve_bytes: int = room.RESERVE_BYTES
) -> int:
    """Make ``disk`` unless it is there already; answers its virtual size in bytes.

    A disk is never smaller than its template, whose partitions would be cut off.
    Raises DatastoreFull, OwnershipMismatch, RemoteError; TemplateUnusable for what can't be read through.
    """
    if template.format is DiskFormat.VHDX:
        raise TemplateUnusable(
            f"{template.path.name} is a VHDX file; libvirt would read it as raw. It has to be copied whole."
        )
    return _make(disk, template, max(size_bytes, template.virtual_size_bytes), reserve_bytes)


def make_empty(disk: Path, size_bytes: int) -> int:
    """As ``make_overlay``, of nothing."""
    return _make(disk, None, size_bytes, room.RESERVE_BYTES)


def _make(disk: Path, template: Template | None, size_bytes: int, reserve_bytes: int) -> int:
    if disk.exists():
        return _check_existing(disk, template)
    room.require_room(disk.parent, reserve_bytes)
    disk_id = UUID(disk.stem)
    datastore.remove_partial_files(disk.parent, disk_id, older_than_seconds=2 * CREATE_TIMEOUT_SECONDS)
    partial = datastore.new_partial_path(disk.parent, disk_id)
    try:
        _create(partial, template, size_bytes)
        partial.chmod(0o600)
        # A hard link, not a rename: if another delivery of the same command was faster,
        # its disk (on which a guest may run by now) stays.
        os.link(partial, disk)
    except FileExistsError:
        return _check_existing(disk, template)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _full(disk.parent) from error
        raise
    finally:
        partial.unlink(missing_ok=True)
    return size_bytes


def _create(partial: Path, template: Template | None, size_bytes: int) -> None:
    arguments = ["qemu-img", "create", "-q", "-f", "qcow2"]
    if template is not None:
        arguments += ["-F", template.format.value, "-b", str(template.path)]
    arguments += [str(partial), str(size_bytes)]
    try:
        result = subprocess.run(
            arguments,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CREATE_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise RemoteError(f"qemu-img did not end within {CREATE_TIMEOUT_SECONDS} s.") from error
    if result.returncode == 0:
        return
    if os.strerror(errno.ENOSPC) in result.stderr:
        raise _full(partial.parent)
    raise RemoteError(f"qemu-img could not make the disk: {result.stderr.strip()}")


def _full(directory: Path) -> DatastoreFull:
    return room.full(directory, room.free_space_bytes(directory), _OVERLAY_BYTES)


def _check_existing(disk: Path, template: Template | None) -> int:
    try:
        header = qcow2.read_header(disk)
    except qcow2.NotQcow2 as error:
        raise OwnershipMismatch(f"{disk} exists and is not a disk of ours: {error}.") from error
    if header.backing_file != (str(template.path) if template else ""):
        of = f"the template {template.path.name}" if template else "nothing"
        raise OwnershipMismatch(f"{disk} exists and was not made of {of}.")
    return header.virtual_size_bytes
