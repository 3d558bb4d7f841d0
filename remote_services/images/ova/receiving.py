"""Takes a package from a stream: its files under names of ours, checked while they pass, each disk inspected.

Memory does not grow with the package. What is refused leaves nothing behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from remote_services.images.facts import ImageFacts, ImageLimits
from remote_services.images.inspection import detect_format, inspect_image
from remote_services.images.ova.manifest import MOST_BYTES as MOST_MANIFEST_BYTES
from remote_services.images.ova.manifest import Checksums, Manifest, read_manifest
from remote_services.images.ova.tar import Member, Readable, TarStream
from remote_services.images.ovf import PackageDisk, PackageFacts, read_envelope
from remote_services.images.ovf.tree import MOST_BYTES as MOST_DESCRIPTOR_BYTES
from remote_services.images.refusal import ImageRefused, RefusalCode

_DESCRIPTOR, _MANIFEST, _CERTIFICATE = ".ovf", ".mf", ".cert"
_MOST_TEXT_BYTES = {
    _DESCRIPTOR: MOST_DESCRIPTOR_BYTES,
    _MANIFEST: MOST_MANIFEST_BYTES,
    _CERTIFICATE: MOST_MANIFEST_BYTES,
}


@dataclass(frozen=True)
class PackageLimits:
    """The most a package may have; ``image`` is for each of its disks."""

    total_bytes: int = 16 * 2**40
    members: int = 128
    image: ImageLimits = field(default_factory=ImageLimits)


@dataclass(frozen=True)
class ReceivedDisk:
    """A disk of the package with the file it lies in now."""

    disk: PackageDisk
    path: Path
    image: ImageFacts


@dataclass(frozen=True)
class ReceivedPackage:
    """``disks`` are those with contents, in the order of ``facts.disks``."""

    facts: PackageFacts
    disks: tuple[ReceivedDisk, ...]


def receive_package(stream: Readable, folder: Path, limits: PackageLimits | None = None) -> ReceivedPackage:
    """Read a package to its end and keep its disks in ``folder``. Raises ImageRefused, OSError, and
    whatever the stream raises."""
    receiver = _Receiver(folder, limits or PackageLimits())
    try:
        return receiver.receive(TarStream(stream))
    finally:
        receiver.clean_up()


class _Receiver:
    def __init__(self, folder: Path, limits: PackageLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._paths: dict[str, Path] = {}
        self._texts: dict[str, bytes] = {}
        self._checksums: dict[str, Checksums] = {}
        self._manifest: Manifest | None = None
        self._kept: set[Path] = set()
        self._total_bytes = 0

    def receive(self, tar: TarStream) -> ReceivedPackage:
        for member in tar.members():
            self._admit(member)
            self._take(member, tar)
        if _DESCRIPTOR not in self._texts:
            raise ImageRefused(RefusalCode.OVF_MISSING, "The package has no descriptor (a file *.ovf).")
        facts = read_envelope(self._texts[_DESCRIPTOR])
        if self._manifest is not None:
            self._manifest.check(self._checksums, needed_names(facts))
        disks = inspected_disks(facts, self._paths, self._limits)
        self._kept = {disk.path for disk in disks}
        return ReceivedPackage(facts, disks)

    def clean_up(self) -> None:
        for path in self._paths.values():
            if path not in self._kept:
                path.unlink(missing_ok=True)

    def _admit(self, member: Member) -> None:
        if member.name in self._checksums:
            raise ImageRefused(RefusalCode.TAR_MEMBER, f"The package has {member.name!r} twice.")
        if len(self._checksums) >= self._limits.members:
            raise ImageRefused(
                RefusalCode.TAR_BOMB, f"The package has more than {self._limits.members} files."
            )
        self._total_bytes += member.size_bytes
        if self._total_bytes > self._limits.total_bytes:
            raise ImageRefused(
                RefusalCode.TAR_BOMB,
                f"The package would have {self._total_bytes / 2**30:.1f} GiB; "
                f"{self._limits.total_bytes / 2**30:.1f} GiB are the most.",
            )

    def _take(self, member: Member, tar: TarStream) -> None:
        algorithms = (self._manifest.algorithms,) if self._manifest is not None else ()
        checksums = self._checksums[member.name] = Checksums(*algorithms)
        ending = Path(member.name).suffix.lower()
        if ending in _MOST_TEXT_BYTES:
            self._take_text(member, ending, tar)
            checksums.update(self._texts[ending])
            if ending == _MANIFEST:
                self._manifest = read_manifest(self._texts[ending])
            return
        path = self._paths[member.name] = self._folder / f"{uuid4()}.received"
        with path.open("xb") as file:
            for piece in tar.content():
                file.write(piece)
                checksums.update(piece)

    def _take_text(self, member: Member, ending: str, tar: TarStream) -> None:
        if ending in self._texts:
            raise ImageRefused(RefusalCode.TAR_MEMBER, f"The package has several files *{ending}.")
        if member.size_bytes > _MOST_TEXT_BYTES[ending]:
            raise ImageRefused(
                RefusalCode.TAR_BOMB,
                f"Its {member.name!r} has {member.size_bytes} bytes; "
                f"{_MOST_TEXT_BYTES[ending]} are the most.",
            )
        self._texts[ending] = b"".join(tar.content())


def needed_names(facts: PackageFacts) -> list[str]:
    """The names of the files that the machine's disks are in."""
    return [disk.file_name for disk in facts.disks if disk.file_name]


def inspected_disks(
    facts: PackageFacts, paths: Mapping[str, Path], limits: PackageLimits
) -> tuple[ReceivedDisk, ...]:
    """The disks with contents, by their files. Raises ImageRefused."""
    return tuple(_inspected(disk, paths, limits) for disk in facts.disks if disk.file_name)


def _inspected(disk: PackageDisk, paths: Mapping[str, Path], limits: PackageLimits) -> ReceivedDisk:
    path = paths.get(disk.file_name)
    if path is None:
        raise ImageRefused(
            RefusalCode.OVF_DAMAGED, f"Its descriptor names {disk.file_name!r}, which is not there."
        )
    declared = disk.format or detect_format(path)
    return ReceivedDisk(disk, path, inspect_image(path, declared, limits.image))
