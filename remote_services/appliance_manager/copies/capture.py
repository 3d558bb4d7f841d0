"""Copies disks of a machine into the repository, each flattened: what it has over what it was made of.

What a guest wrote is data, whatever it looks like: formats are told to the program, file by file.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from contracts.copies import CaptureDisks, DiskToCapture
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import datastore, qcow2
from remote_services.appliance_manager.copies.progress import Progress
from remote_services.appliance_manager.copies.telling import told_of
from remote_services.appliance_manager.copies.workshop import Workshop
from remote_services.appliance_manager.growing import DiskMissing
from remote_services.appliance_manager.staging import NoRoom, Staging
from remote_services.images import inspect_image, qemu_img
from remote_services.images.qemu_img import Source, Target
from remote_services.images.repository import find_template
from remote_services.runtime.errors import DatastoreFull, OwnershipMismatch
from remote_services.runtime.full_disk import room_in


def capture(command: CaptureDisks, root: Path, tell: Callable[[int], None]) -> dict:
    """The output of the command. Raises Cancelled, NoRoom, RepositoryAway, DatastoreMissing, DiskMissing,
    TemplateMissing, TemplateUnusable, OwnershipMismatch, ImageRefused, RemoteError."""
    workshop = Workshop(root.resolve(), command.enterprise_id, command.copy_id)
    final = workshop.make(lambda folder: _fill(folder, command, workshop, tell))
    return told_of(workshop.root, [(final / _name(disk), DiskFormat.QCOW2) for disk in command.disks])


def _fill(folder: Path, command: CaptureDisks, workshop: Workshop, tell: Callable[[int], None]) -> None:
    sources = [_source(workshop.root, disk) for disk in command.disks]
    progress = Progress([qemu_img.info(source).virtual_size_bytes for source in sources], tell)
    for left in folder.glob("*.partial"):
        shutil.rmtree(left, ignore_errors=True)
    for index, (disk, source) in enumerate(zip(command.disks, sources, strict=True)):
        target = folder / _name(disk)
        if not target.exists():
            _flatten(source, target, disk, workshop, progress.percent_of(index))
        inspect_image(target, DiskFormat.QCOW2)


def _flatten(
    source: Source, target: Path, disk: DiskToCapture, workshop: Workshop, progress: Callable[[float], None]
) -> None:
    Staging(workshop.root).require_room(qemu_img.measure(source, DiskFormat.QCOW2))
    wanted = Target(target, DiskFormat.QCOW2, most_bytes=disk.most_bytes)
    try:
        qemu_img.convert(source, wanted, progress=progress, cancelled=workshop.is_unwanted)
    except DatastoreFull as error:
        words = "The template repository became full while the disk was copied"
        raise NoRoom(f"{words}: {room_in(workshop.root)}.") from error


def _source(root: Path, disk: DiskToCapture) -> Source:
    """The disk's own header says whether it still reads through a template, and it may be that one only."""
    path = datastore.disk_path(datastore.existing_directory(disk.datastore_path), disk.disk_id)
    try:
        header = qcow2.read_header(path)
    except FileNotFoundError as error:
        raise DiskMissing(f"The disk {path} is not there.") from error
    except qcow2.NotQcow2 as error:
        raise OwnershipMismatch(f"{path} is not a disk of ours: {error}.") from error
    if header.has_external_data_file:
        raise OwnershipMismatch(f"{path} keeps its data in another file, which no disk of ours does.")
    if not header.backing_file:
        return Source(path, DiskFormat.QCOW2)
    template = find_template(root, disk.source_path, disk.source_format)
    if header.backing_file != str(template.path):
        raise OwnershipMismatch(f"{path} was not made of the template {disk.source_path}.")
    return Source(path, DiskFormat.QCOW2, backing=Source(template.path, template.format))


def _name(disk: DiskToCapture) -> str:
    return f"disk-{disk.number}.{DiskFormat.QCOW2}"
