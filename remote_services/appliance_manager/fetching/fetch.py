"""One fetch from its address to the template's folder: a file, or a descriptor with what lies beside it."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contracts.appliance import FetchTemplate
from contracts.uploads import UploadFinished
from remote_services.appliance_manager.fetching.addresses import AddressPolicy
from remote_services.appliance_manager.fetching.connecting import connection_pool
from remote_services.appliance_manager.fetching.refusals import SourceRefused
from remote_services.appliance_manager.fetching.source import Source
from remote_services.appliance_manager.fetching.transfer import Patience, Progress, Transfer
from remote_services.appliance_manager.fetching.workplace import Workplace
from remote_services.appliance_manager.loose import (
    MOST_MANIFEST_BYTES,
    is_descriptor,
    made_of,
    manifest_of,
    names_in,
)
from remote_services.appliance_manager.staging import StagedUpload, Staging
from remote_services.appliance_manager.taking_in import Maker, take_in
from remote_services.images import (
    ImageRefused,
    PackageLimits,
    RefusalCode,
)
from remote_services.runtime.errors import Cancelled

DATA, MANIFEST = "data", "manifest"
Told = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Outfit:
    """What a fetch is allowed and told by the operator."""

    policy: AddressPolicy
    patience: Patience
    ca_file: Path | None = None


class Fetch:
    """``told(received_bytes, size_bytes)`` is called as bytes arrive; the size is None while unknown."""

    def __init__(self, command: FetchTemplate, workplace: Workplace, outfit: Outfit, told: Told) -> None:
        self._command = command
        self._place = workplace
        self._outfit = outfit
        self._told = told
        self._notes = workplace.notes()
        self._pool = connection_pool(outfit.policy, workplace.is_over, outfit.ca_file)

    def run(self) -> UploadFinished:
        """Blocking. Raises RemoteError with a code; what arrived stays, for the next attempt."""
        try:
            finished = self._place.taken() or self._taken_in()
            self._place.keep_only(finished)
        except FileNotFoundError:
            if self._place.is_over() or not self._place.folder.exists():
                raise Cancelled("It was cancelled.") from None
            raise
        finally:
            self._pool.close()
        return finished

    def _taken_in(self) -> UploadFinished:
        if self._place.is_over():
            raise Cancelled("It was cancelled before it began.")
        source = Source.of(self._command.url)
        data = self._place.staged(DATA, sha256=self._command.sha256)
        found = self._fetched(source, DATA, data, self._command.most_bytes)
        self._require_sha512(data)
        data.ticket = data.ticket.model_copy(update={"file_name": found.name})
        if not is_descriptor(data.data):
            return take_in(self._place.root, data)
        if self._command.sha256 and data.sha256() != self._command.sha256.lower():
            raise _wrong_checksum("SHA-256", data.sha256(), self._command.sha256)
        package = self._package_of(Source.of(found.found_at), data)
        data.ticket = data.ticket.model_copy(update={"sha256": ""})
        return take_in(self._place.root, data, package)

    def _package_of(self, descriptor: Source, data: StagedUpload) -> Maker:
        """Fetch what the descriptor names; only plain names are, so all of it lies beside it."""
        content = data.data.read_bytes()
        names, files = names_in(content), {}
        manifest = self._manifest_of(descriptor)
        left_bytes = self._command.most_bytes - len(content)
        for number, name in enumerate(names):
            staged = self._place.staged(f"beside-{number}")
            self._fetched(descriptor.beside(name), staged.data.name, staged, left_bytes)
            left_bytes -= staged.offset
            files[name] = staged.data
        limits = PackageLimits(total_bytes=self._command.most_bytes)
        return made_of(content, descriptor.file_name, files, manifest=manifest, limits=limits)

    def _manifest_of(self, descriptor: Source) -> bytes | None:
        """What vouches for the package's files; not every package has one."""
        name = manifest_of(descriptor.file_name)
        staged = self._place.staged(MANIFEST)
        try:
            self._fetched(descriptor.beside(name), MANIFEST, staged, MOST_MANIFEST_BYTES)
        except SourceRefused:
            return None
        return staged.data.read_bytes()

    def _fetched(self, source: Source, file: str, staged: StagedUpload, most_bytes: int) -> Progress:
        """Bring one file to its end, or find that it is."""
        progress = self._notes.files.setdefault(file, Progress())
        staged.data.touch()
        Transfer(
            source=source,
            sink=staged,
            pool=self._pool,
            progress=progress,
            most_bytes=most_bytes,
            patience=self._outfit.patience,
            may_downgrade=bool(self._command.sha256 or self._command.sha512),
            cancelled=self._place.is_over,
            noted=self._note,
            arrived=self._tell,
        ).run()
        return progress

    def _note(self) -> None:
        """Something was learnt: keep it, and keep room for it."""
        self._place.write(self._notes)
        if size_bytes := self._size_bytes:
            Staging(self._place.root).require_room(
                max(size_bytes - self._received_bytes, 0), of=self._place.upload_id
            )
            self._place.promise(size_bytes)
        self._tell()

    def _tell(self) -> None:
        self._told(self._received_bytes, self._size_bytes)

    @property
    def _received_bytes(self) -> int:
        sizes = (self._place.folder / file for file in self._notes.files)
        return sum(path.stat().st_size for path in sizes if path.exists())

    @property
    def _size_bytes(self) -> int | None:
        sizes = [each.size_bytes for each in self._notes.files.values()]
        return None if None in sizes else sum(filter(None, sizes))

    def _require_sha512(self, data: StagedUpload) -> None:
        if not self._command.sha512:
            return
        with data.data.open("rb") as file:
            found = hashlib.file_digest(file, "sha512").hexdigest()
        if found != self._command.sha512.lower():
            raise _wrong_checksum("SHA-512", found, self._command.sha512)


def patience_of(connect_seconds: int, idle_seconds: int, total_seconds: int) -> Patience:
    """``total_seconds`` 0: as long as bytes arrive."""
    deadline = time.monotonic() + total_seconds if total_seconds else 0
    return Patience(connect_seconds=connect_seconds, idle_seconds=idle_seconds, deadline=deadline)


def _wrong_checksum(algorithm: str, found: str, wanted: str) -> ImageRefused:
    return ImageRefused(
        RefusalCode.CHECKSUM, f"The file has the {algorithm} {found}; {wanted.lower()} was given."
    )
