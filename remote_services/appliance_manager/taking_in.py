"""Makes a template's folder out of an upload that is whole: looks what it is, inspects it, then renames.

``<enterprise>/<upload>/disk-<n>.<format>``: no name a sender chose is ever a name on disk. The folder
appears at once, by one rename, or not at all.
"""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from contracts.uploads import UploadedDisk, UploadFinished
from contracts.vocabulary import ErrorCode
from remote_services.appliance_manager.kinds import Kind, is_optical, kind_of
from remote_services.appliance_manager.packages import unpack
from remote_services.appliance_manager.staging import StagedUpload
from remote_services.images import ImageRefused, RefusalCode, inspect_image
from remote_services.images.repository import FILE_MODE, FOLDER_MODE
from remote_services.runtime import mount
from remote_services.runtime.errors import RemoteError

RECORD = "upload.json"
Made = tuple[tuple[UploadedDisk, ...], dict[str, str | int]]
Maker = Callable[[StagedUpload, Path, Path], Made]


class NotWhole(RemoteError):
    code = ErrorCode.UPLOAD_INCOMPLETE


def folder_of(root: Path, enterprise_id: int, upload_id: UUID) -> Path:
    return root / str(enterprise_id) / str(upload_id)


def taken_in(root: Path, staged: StagedUpload) -> UploadFinished | None:
    """What was made of the upload already, by a process that ended before it could tell."""
    folder = folder_of(root, staged.ticket.enterprise_id, staged.ticket.upload_id)
    try:
        return UploadFinished.model_validate_json((folder / RECORD).read_text())
    except FileNotFoundError:
        return None


def forget_record(root: Path, staged: StagedUpload) -> None:
    """Once the end was told, nothing but the disks stays in the folder."""
    folder = folder_of(root, staged.ticket.enterprise_id, staged.ticket.upload_id)
    (folder / RECORD).unlink(missing_ok=True)


def take_in(root: Path, staged: StagedUpload, make: Maker | None = None) -> UploadFinished:
    """Blocking. ``make`` puts the disks into a folder instead of what is made of one file.

    Raises ImageRefused, NotWhole, RepositoryAway, OSError; the upload stays in staging then.
    """
    mount.require(root)
    ticket = staged.ticket
    if ticket.size_is_exact and staged.offset != ticket.size_bytes:
        raise NotWhole(f"{staged.offset} of {ticket.size_bytes} bytes have arrived.")
    _require_checksum(staged)
    ready = staged.folder / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    final = folder_of(root, ticket.enterprise_id, ticket.upload_id)
    disks, proposal = (make or _disks_in)(staged, ready, final.relative_to(root))
    finished = UploadFinished(
        upload_id=ticket.upload_id,
        file_name=ticket.file_name,
        disks=disks,
        proposal=proposal | staged.told,
        observed_at=datetime.now(UTC),
    )
    (ready / RECORD).write_text(finished.model_dump_json())
    publish(ready, final)
    return finished


def _require_checksum(staged: StagedUpload) -> None:
    wanted = staged.ticket.sha256.lower()
    if wanted and staged.sha256() != wanted:
        raise ImageRefused(
            RefusalCode.CHECKSUM,
            f"The file has the SHA-256 {staged.sha256()}; {wanted} was announced. Send it again.",
        )


def _disks_in(staged: StagedUpload, ready: Path, place: Path) -> Made:
    kind, claimed = kind_of(staged.data, staged.ticket.file_name)
    if kind is Kind.PACKAGE:
        return unpack(staged.data, ready, place)
    facts = inspect_image(staged.data, claimed)
    optical = is_optical(staged.data, staged.ticket.file_name, facts.subformat)
    name = f"disk-0.{facts.format}"
    sha256 = staged.sha256()
    # A link, not a rename: an upload that fails after this is still whole in staging.
    os.link(staged.data, ready / name)
    disk = UploadedDisk(
        path=str(place / name),
        format=facts.format,
        file_size_bytes=facts.file_size_bytes,
        virtual_size_bytes=facts.virtual_size_bytes,
        variant=facts.variant,
        sha256=sha256,
        optical=optical,
    )
    return (disk,), {}


def publish(ready: Path, final: Path) -> None:
    """Let a template's folder appear; what it holds is on the disk before."""
    if not final.parent.exists():
        final.parent.mkdir(exist_ok=True)
        # Apart, because the mode of mkdir is cut by the service's mask.
        final.parent.chmod(FOLDER_MODE)
    for file in ready.iterdir():
        file.chmod(FILE_MODE)
        _fsync(file)
    ready.chmod(FOLDER_MODE)
    _fsync(ready)
    ready.rename(final)
    _fsync(final.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
