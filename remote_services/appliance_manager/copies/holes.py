"""Files of holes, which stand for disks on a simulated host: as large as real ones, with nothing in them."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from contracts.copies import CaptureDisks, CopyTemplateFiles, ExportPackage, FetchTemplateFiles
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.copies.workshop import Workshop


def stand_in(command: CaptureDisks | CopyTemplateFiles | FetchTemplateFiles, root: Path) -> dict:
    """Make a file of holes for every file the command asks for. The output tells nothing, so that the server
    keeps the sizes it reckoned with. Raises Cancelled, RepositoryAway, OSError."""
    workshop = Workshop(root.resolve(), command.enterprise_id, command.copy_id)
    sizes = _sizes(command, workshop.root)
    workshop.make(lambda folder: _make(folder, sizes))
    return {}


def are_of_holes(command: CopyTemplateFiles, root: Path) -> bool:
    """Whether there is nothing in any of the files; with content in one they are copied like anywhere."""
    return all(_is_of_holes(root / file.path) for file in command.files)


def read_as_raw(command: ExportPackage, root: Path) -> ExportPackage:
    """The same export, where a file of holes is read as what it is: a raw disk with nothing on it, or none
    on a machine without the programs that convert it."""
    can_convert = all(map(shutil.which, ("qemu-img", "prlimit", "bwrap")))
    changes = {"format": DiskFormat.RAW} if can_convert else {"path": ""}
    disks = tuple(
        disk.model_copy(update=changes) if disk.path and _is_of_holes(root / disk.path) else disk
        for disk in command.disks
    )
    return command.model_copy(update={"disks": disks})


def _sizes(command: CaptureDisks | CopyTemplateFiles | FetchTemplateFiles, root: Path) -> dict[str, int]:
    """Bytes by file name."""
    if isinstance(command, CaptureDisks):
        return {f"disk-{disk.number}.{DiskFormat.QCOW2}": disk.most_bytes for disk in command.disks}
    if isinstance(command, FetchTemplateFiles):
        return {f"disk-{file.number}.{file.format}": file.size_bytes for file in command.files}
    return {f"disk-{file.number}.{file.format}": (root / file.path).stat().st_size for file in command.files}


def _make(folder: Path, sizes: Mapping[str, int]) -> None:
    for name, size_bytes in sizes.items():
        with (folder / name).open("wb") as file:
            file.truncate(size_bytes)


def _is_of_holes(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0 and path.stat().st_blocks == 0
