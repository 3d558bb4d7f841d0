"""Config drives: what cloud-init reads at a guest's first start, as an ISO image labelled ``config-2``.

The image is made in memory, so that what it holds lies nowhere but in its file.
"""

import errno
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from pycdlib import PyCdlib

from remote_services.appliance_manager import datastore
from remote_services.runtime import room
from remote_services.runtime.errors import RemoteError

LABEL = "config-2"
FOLDER = "openstack/latest"
STALE_SECONDS = 120
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


def image_of(files: Mapping[str, str]) -> bytes:
    """The ISO 9660 image with the files in their folder, for Linux (Rock Ridge) and Windows (Joliet).

    Raises RemoteError for names that are none.
    """
    iso = PyCdlib()
    iso.new(interchange_level=3, vol_ident=LABEL, joliet=3, rock_ridge="1.09")
    place, shown = "", ""
    for number, name in enumerate(FOLDER.split("/")):
        place, shown = f"{place}/FOLDER{number}", f"{shown}/{name}"
        iso.add_directory(place, rr_name=name, joliet_path=shown)
    for number, (name, text) in enumerate(sorted(files.items())):
        if not _NAME.fullmatch(name):
            raise RemoteError(f"{name!r} is no name of a file on a config drive.")
        content = text.encode()
        iso.add_fp(
            io.BytesIO(content), len(content), f"{place}/FILE{number}.;1", rr_name=name,
            joliet_path=f"{shown}/{name}",
        )  # fmt: skip
    image = io.BytesIO()
    iso.write_fp(image)
    iso.close()
    return image.getvalue()


def write(directory: Path, machine_id: UUID, image: bytes, reserve_bytes: int = room.RESERVE_BYTES) -> Path:
    """Put the image where the machine's drive is, whole or not at all. A guest that has the one before open
    goes on reading that. Raises DatastoreFull."""
    drive = datastore.guest_drive_path(directory, machine_id)
    datastore.remove_partial_files(directory, machine_id, older_than_seconds=STALE_SECONDS)
    room.require_room(directory, reserve_bytes + len(image))
    partial = datastore.new_partial_path(directory, machine_id)
    try:
        _write_through(partial, image)
        partial.replace(drive)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise room.full(directory, room.free_space_bytes(directory), len(image)) from error
        raise
    finally:
        partial.unlink(missing_ok=True)
    return drive


def delete(directory: Path, machine_id: UUID) -> None:
    """Remove the drive and what interrupted attempts left. What does not exist is fine."""
    datastore.remove_partial_files(directory, machine_id)
    datastore.guest_drive_path(directory, machine_id).unlink(missing_ok=True)


def _write_through(path: Path, image: bytes) -> None:
    """For the owner alone: it holds what only the guest may know."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(image)
        file.flush()
        os.fsync(file.fileno())
