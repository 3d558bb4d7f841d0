"""A package that is not packed: a descriptor, the files beside it, perhaps a manifest."""

from collections.abc import Mapping
from pathlib import Path

from remote_services.images.ova.manifest import Checksums, read_manifest
from remote_services.images.ova.receiving import (
    PackageLimits,
    ReceivedPackage,
    inspected_disks,
    needed_names,
)
from remote_services.images.ovf import read_envelope

_READ_BYTES = 2**20


def read_loose_package(
    descriptor: bytes,
    paths: Mapping[str, Path],
    manifest: bytes | None = None,
    descriptor_name: str = "",
    limits: PackageLimits | None = None,
) -> ReceivedPackage:
    """The package with its disks inspected; ``paths`` are the files by their names in the descriptor.

    Raises ImageRefused, OSError.
    """
    facts = read_envelope(descriptor)
    if manifest is not None:
        expected = read_manifest(manifest)
        found = {name: _summed(path, expected.algorithms) for name, path in paths.items()}
        found[descriptor_name] = Checksums(expected.algorithms)
        found[descriptor_name].update(descriptor)
        expected.check(found, needed_names(facts))
    return ReceivedPackage(facts, inspected_disks(facts, paths, limits or PackageLimits()))


def _summed(path: Path, algorithms: set[str]) -> Checksums:
    checksums = Checksums(algorithms)
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            checksums.update(piece)
    return checksums
