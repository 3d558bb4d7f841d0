"""Uploads that are not whole yet: a folder each, beside the templates and invisible to whoever uses them.

A file's offset is its size, so whatever ends this process, what arrived is known by what lies there.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from contracts.uploads import UploadTicket
from contracts.vocabulary import ErrorCode
from remote_services.runtime import mount, writing_out
from remote_services.runtime.errors import RemoteError
from remote_services.runtime.full_disk import room_in

RESERVE_BYTES = 64 * 2**20
READ_BYTES = 2**20
WRITE_OUT_BYTES = 16 * 2**20
PROMISED = "promised"
"""In the folder of something that is fetched: how many bytes will lie there, once that is known."""


class NoRoom(RemoteError):
    code = ErrorCode.REPOSITORY_FULL


class StagedUpload:
    """One upload on its way. Not safe for two writers at once.

    ``told`` is what the sender said of the machine besides the file.
    """

    def __init__(self, folder: Path, ticket: UploadTicket) -> None:
        self.folder = folder
        self.ticket = ticket
        self.data = folder / "data"
        self.told: dict[str, str | int] = {}
        self._digest = hashlib.sha256()
        self._digested_bytes = 0
        self._written_out_bytes = 0

    @property
    def offset(self) -> int:
        try:
            return self.data.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def missing_bytes(self) -> int:
        return max(self.ticket.size_bytes - self.offset, 0)

    @property
    def has_run_out(self) -> bool:
        return self.ticket.open_until <= datetime.now(UTC)

    def prolong(self, ticket: UploadTicket) -> None:
        """Stay open for as long as the newer ticket says."""
        self.ticket = ticket
        draft = self.folder / ".ticket"
        draft.write_text(ticket.model_dump_json())
        draft.rename(self.folder / "ticket.json")

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Write at the end. Raises NoRoom, with all of ``data`` undone."""
        before = self.offset
        try:
            with self.data.open("ab", buffering=0) as file:
                left = memoryview(data)
                while left:
                    left = left[file.write(left) :]
                self._write_out(file.fileno())
        except OSError as error:
            self.cut(before)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                whole = f" of {self.ticket.size_bytes}" if self.ticket.size_is_exact else ""
                raise NoRoom(
                    f"The template repository became full: {before}{whole} bytes are stored, "
                    f"{room_in(self.folder)}."
                ) from error
            raise
        if self._digested_bytes == before:
            self._digest.update(data)
            self._digested_bytes += len(data)

    def _write_out(self, descriptor: int) -> None:
        at = self.offset
        if not 0 <= at - self._written_out_bytes < WRITE_OUT_BYTES:
            writing_out.begin(descriptor)
            self._written_out_bytes = at

    def cut(self, size_bytes: int) -> None:
        """Forget what came after this many bytes."""
        if self.offset > size_bytes:
            os.truncate(self.data, size_bytes)
        if self._digested_bytes > size_bytes:
            self._digest, self._digested_bytes = hashlib.sha256(), 0

    def sha256(self) -> str:
        """Of all that arrived: summed while it came, read again if another process took a part of it."""
        if self._digested_bytes != self.offset:
            self._digest, self._digested_bytes = hashlib.sha256(), 0
            with self.data.open("rb") as file:
                while data := file.read(READ_BYTES):
                    self._digest.update(data)
                    self._digested_bytes += len(data)
        return self._digest.hexdigest()


class Staging:
    """All uploads on their way to one repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / mount.STAGING
        self._known: dict[UUID, StagedUpload] = {}

    def take(self, ticket: UploadTicket) -> StagedUpload:
        """The upload of the ticket, begun when it is new. Raises NoRoom, RepositoryAway."""
        known = self.find(ticket.upload_id)
        if known is not None:
            known.ticket = ticket
            return known
        mount.require(self.root)
        # A package lies there twice for a while: as it came, and unpacked.
        copies = 2 if ticket.file_name.lower().endswith(".ova") else 1
        self.require_room(copies * ticket.size_bytes)
        upload = StagedUpload(self._folder / str(ticket.upload_id), ticket)
        upload.folder.mkdir(parents=True, exist_ok=True)
        upload.prolong(ticket)
        upload.data.touch()
        self._known[ticket.upload_id] = upload
        return upload

    def find(self, upload_id: UUID) -> StagedUpload | None:
        """Also what an earlier process began."""
        upload = self._known.get(upload_id)
        if upload is None:
            upload = self._read(self._folder / str(upload_id))
            if upload is not None:
                self._known[upload_id] = upload
        elif not upload.folder.exists():
            del self._known[upload_id]
            return None
        return upload

    def all(self) -> Iterator[StagedUpload]:
        for folder in sorted(self._folder.glob("*")) if self._folder.is_dir() else ():
            try:
                upload = self.find(UUID(folder.name))
            except ValueError:
                continue
            if upload is not None:
                yield upload

    def discard(self, upload_id: UUID) -> None:
        """Remove the upload. One that does not exist is fine."""
        self._known.pop(upload_id, None)
        shutil.rmtree(self._folder / str(upload_id), ignore_errors=True)

    def require_room(self, wanted_bytes: int, of: UUID | None = None) -> None:
        """Raises NoRoom unless this much is free besides what was promised to others than ``of``."""
        _capacity, free_bytes = mount.room(self.root)
        uploads = sum(each.missing_bytes for each in self.all() if each.ticket.upload_id != of)
        fetches = sum(
            _still_to_come(file.parent)
            for file in self._folder.glob(f"*/{PROMISED}")
            if file.parent.name != str(of)
        )
        promised_bytes = uploads + fetches
        left_bytes = free_bytes - promised_bytes - RESERVE_BYTES
        if left_bytes < wanted_bytes:
            raise NoRoom(
                f"The template repository has room for {max(left_bytes, 0) // 2**20} MiB more, "
                f"the file takes {-(-wanted_bytes // 2**20)} MiB."
            )

    def _read(self, folder: Path) -> StagedUpload | None:
        try:
            ticket = UploadTicket.model_validate_json((folder / "ticket.json").read_text())
        except (OSError, ValidationError):
            return None
        return StagedUpload(folder, ticket)


def _still_to_come(folder: Path) -> int:
    """How many bytes a fetch was promised and has not got yet."""
    try:
        promised_bytes = int((folder / PROMISED).read_text())
        there = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    except (OSError, ValueError):
        return 0
    return max(promised_bytes - there, 0)
