"""Makes a second template's files of a first one's: shared block by block where the file system can do that,
else copied, holes staying holes."""

import os
from collections.abc import Callable
from pathlib import Path

from contracts.copies import CopyTemplateFiles, FileToCopy
from remote_services.appliance_manager.checksums import READ_BYTES
from remote_services.appliance_manager.copies.progress import Progress
from remote_services.appliance_manager.copies.telling import told_of
from remote_services.appliance_manager.copies.workshop import Workshop
from remote_services.appliance_manager.reflink import share_blocks
from remote_services.appliance_manager.staging import NoRoom, Staging
from remote_services.images.repository import find_template
from remote_services.runtime.full_disk import full_as

PARTIAL = ".partial"


def copy_files(command: CopyTemplateFiles, root: Path, tell: Callable[[int], None]) -> dict:
    """The output of the command. Raises Cancelled, NoRoom, RepositoryAway, TemplateMissing, TemplateUnusable,
    ImageRefused, OSError."""
    workshop = Workshop(root.resolve(), command.enterprise_id, command.copy_id)
    final = workshop.make(lambda folder: _fill(folder, command, workshop, tell))
    return told_of(workshop.root, [(final / _name(file), file.format) for file in command.files])


def _fill(folder: Path, command: CopyTemplateFiles, workshop: Workshop, tell: Callable[[int], None]) -> None:
    sources = [find_template(workshop.root, file.path, file.format).path for file in command.files]
    progress = Progress([source.stat().st_size for source in sources], tell)
    for left in folder.glob(f"*{PARTIAL}"):
        left.unlink()
    for index, (file, source) in enumerate(zip(command.files, sources, strict=True)):
        target = folder / _name(file)
        if target.exists():
            continue
        partial = target.with_name(target.name + PARTIAL)
        if not share_blocks(source, partial):
            Staging(workshop.root).require_room(source.stat().st_size)
            _copy(source, partial, lambda done, at=index: _step(progress, at, done, workshop))
        partial.rename(target)


def _step(progress: Progress, index: int, done_bytes: int, workshop: Workshop) -> None:
    workshop.look_up()
    progress.at(index, done_bytes)


def _copy(source: Path, target: Path, step: Callable[[int], None]) -> None:
    with (
        full_as(NoRoom, target.parent, "The template repository became full while files were copied"),
        source.open("rb") as read,
        target.open("xb", buffering=0) as written,
    ):
        while data := read.read(READ_BYTES):
            if any(data):
                written.write(data)
            else:
                written.seek(len(data), os.SEEK_CUR)
            step(read.tell())
        written.truncate(read.tell())


def _name(file: FileToCopy) -> str:
    return f"disk-{file.number}.{file.format}"
