"""Brings the files of a template over from another datacenter's appliance manager.

What a lost connection or a killed process left is gone on with; what arrived must be the very file the server
knows.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpcore

from contracts.copies import FetchTemplateFiles, FileToFetch
from remote_services.appliance_manager.checksums import sha256_of
from remote_services.appliance_manager.copies.progress import Progress
from remote_services.appliance_manager.copies.telling import told_of
from remote_services.appliance_manager.copies.workshop import Workshop
from remote_services.appliance_manager.fetching.addresses import AddressPolicy
from remote_services.appliance_manager.fetching.connecting import connection_pool
from remote_services.appliance_manager.fetching.source import Source
from remote_services.appliance_manager.fetching.transfer import Progress as Notes
from remote_services.appliance_manager.fetching.transfer import Transfer
from remote_services.appliance_manager.staging import NoRoom, Staging
from remote_services.images import ImageRefused, RefusalCode, inspect_image
from remote_services.runtime.full_disk import full_as

FULL = "The template repository became full while files were copied"
# The address comes from the server, which knows the provider's own appliance managers: they may lie inside.
ANYWHERE = "0.0.0.0/0,::/0"


class FileSink:
    """A file that grows at its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    @property
    def offset(self) -> int:
        return self._path.stat().st_size

    def append(self, data: bytes) -> None:
        """Raises NoRoom."""
        with full_as(NoRoom, self._path, FULL), self._path.open("ab") as file:
            file.write(data)

    def cut(self, size_bytes: int) -> None:
        os.truncate(self._path, size_bytes)


def fetch_files(
    command: FetchTemplateFiles, root: Path, ca_file: Path | None, tell: Callable[[int], None]
) -> dict:
    """The output of the command. Raises Cancelled, NoRoom, RepositoryAway, ImageRefused, and why a source
    does not give its file."""
    workshop = Workshop(root.resolve(), command.enterprise_id, command.copy_id)
    progress = Progress([file.size_bytes for file in command.files], tell)
    with connection_pool(AddressPolicy(ANYWHERE), workshop.is_unwanted, ca_file) as pool:
        fetching = _Fetching(workshop, pool, progress)
        final = workshop.make(lambda folder: fetching.fill(folder, command.files))
    return told_of(workshop.root, [(final / _name(file), file.format) for file in command.files])


@dataclass(frozen=True)
class _Fetching:
    workshop: Workshop
    pool: httpcore.ConnectionPool
    progress: Progress

    def fill(self, folder: Path, files: Sequence[FileToFetch]) -> None:
        for index, file in enumerate(files):
            target = folder / _name(file)
            if not target.exists():
                self._bring(file, index, target)
                _take(file, target)

    def _bring(self, file: FileToFetch, index: int, target: Path) -> None:
        sink = FileSink(_beside(target, "partial"))
        kept = _beside(target, "notes")
        notes = Notes.model_validate_json(kept.read_text()) if kept.exists() else Notes()
        Staging(self.workshop.root).require_room(max(file.size_bytes - sink.offset, 0))
        Transfer(
            source=Source.of(file.url),
            sink=sink,
            pool=self.pool,
            progress=notes,
            most_bytes=file.size_bytes,
            cancelled=self.workshop.is_unwanted,
            noted=lambda: kept.write_text(notes.model_dump_json()),
            arrived=lambda: self.progress.at(index, sink.offset),
        ).run()


def _take(file: FileToFetch, target: Path) -> None:
    """Raises ImageRefused for another file than was announced; then it is fetched anew some other time."""
    partial = _beside(target, "partial")
    _beside(target, "notes").unlink(missing_ok=True)
    found = sha256_of(partial)
    if file.sha256 and found != file.sha256:
        partial.unlink()
        raise ImageRefused(
            RefusalCode.CHECKSUM, f"The file has the SHA-256 {found}; {file.sha256} is what it had there."
        )
    inspect_image(partial, file.format)
    partial.rename(target)


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f"{target.name}.{what}")


def _name(file: FileToFetch) -> str:
    return f"disk-{file.number}.{file.format}"
