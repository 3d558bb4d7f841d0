"""Packages that are not packed: a descriptor and the files it names, which lie beside it."""

import os
from collections.abc import Mapping
from pathlib import Path

from remote_services.appliance_manager.packages import placed
from remote_services.appliance_manager.staging import StagedUpload
from remote_services.appliance_manager.taking_in import Made, Maker
from remote_services.images import PackageLimits, read_envelope, read_loose_package

MOST_DESCRIPTOR_BYTES, MOST_MANIFEST_BYTES = 4 * 2**20, 2**18
_HEAD_BYTES = 4096


def is_descriptor(path: Path) -> bool:
    """Whether it is an OVF descriptor, whatever it is called."""
    if path.stat().st_size > MOST_DESCRIPTOR_BYTES:
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<") and b"Envelope" in head


def names_in(descriptor: bytes) -> list[str]:
    """The plain names of the files that its disks are in. Raises ImageRefused."""
    disks = read_envelope(descriptor).disks
    return list(dict.fromkeys(disk.file_name for disk in disks if disk.file_name))


def manifest_of(descriptor_name: str) -> str:
    """What the file is called that vouches for the package; not every package has one."""
    return f"{descriptor_name.rpartition('.')[0] or descriptor_name}.mf"


def made_of(
    descriptor: bytes,
    name: str,
    files: Mapping[str, Path],
    *,
    manifest: bytes | None = None,
    limits: PackageLimits | None = None,
) -> Maker:
    """Makes a template's disks of ``files``, by what the descriptor calls them, held to the manifest.

    The files get second names: what fails is still whole where it was.
    """

    def make(_upload: StagedUpload, ready: Path, place: Path) -> Made:
        paths = {}
        for number, (called, file) in enumerate(files.items()):
            paths[called] = ready / f"{number}.received"
            os.link(file, paths[called])
        package = read_loose_package(descriptor, paths, manifest, name, limits)
        made = placed(package, ready, place)
        for path in paths.values():
            path.unlink(missing_ok=True)
        return made

    return make
