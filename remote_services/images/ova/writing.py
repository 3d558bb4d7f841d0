"""Writes a package as a stream: descriptor, disks, and last the manifest, so that each file is read once."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from remote_services.images.ova import tar
from remote_services.images.ova.manifest import Checksums, write_manifest, written_checksums
from remote_services.images.ovf import PackageFacts, write_envelope

_CHUNK_BYTES = 2**20


def write_package(facts: PackageFacts, files: Mapping[str, Path], stem: str = "package") -> Iterator[bytes]:
    """The bytes of an OVA; ``files`` are the disks' files by their names in ``facts``, ``stem`` is what
    descriptor and manifest are called. Raises ValueError for a name of more than 100 bytes; OSError, also
    when a file changes its length meanwhile."""
    sizes = _sizes(files)
    descriptor = write_envelope(facts, sizes)
    checksums = {name: written_checksums() for name in (f"{stem}.ovf", *files)}
    yield from _member(f"{stem}.ovf", len(descriptor), iter([descriptor]), checksums)
    for name, path in files.items():
        yield from _member(name, sizes[name], _content(path), checksums)
    manifest = write_manifest(checksums)
    yield tar.header_of(f"{stem}.mf", len(manifest)) + manifest + tar.padding_of(len(manifest))
    yield tar.end_of(_length_before_end(len(descriptor), sizes, len(manifest)))


def package_size_bytes(facts: PackageFacts, files: Mapping[str, Path], stem: str = "package") -> int:
    """How long ``write_package`` of the same will be. Raises OSError."""
    sizes = _sizes(files)
    descriptor_bytes = len(write_envelope(facts, sizes))
    manifest_bytes = len(write_manifest({name: written_checksums() for name in (f"{stem}.ovf", *files)}))
    written_bytes = _length_before_end(descriptor_bytes, sizes, manifest_bytes)
    return written_bytes + len(tar.end_of(written_bytes))


def _sizes(files: Mapping[str, Path]) -> dict[str, int]:
    return {name: path.stat().st_size for name, path in files.items()}


def _length_before_end(descriptor_bytes: int, sizes: Mapping[str, int], manifest_bytes: int) -> int:
    lengths = (descriptor_bytes, *sizes.values(), manifest_bytes)
    return sum(tar.BLOCK_BYTES + length + len(tar.padding_of(length)) for length in lengths)


def _member(
    name: str, size_bytes: int, pieces: Iterator[bytes], checksums: Mapping[str, Checksums]
) -> Iterator[bytes]:
    yield tar.header_of(name, size_bytes)
    left_bytes = size_bytes
    for piece in pieces:
        left_bytes -= len(piece)
        checksums[name].update(piece)
        if left_bytes < 0:
            break
        yield piece
    if left_bytes:
        raise OSError(f"{name} is not of {size_bytes} bytes any more")
    if padding := tar.padding_of(size_bytes):
        yield padding


def _content(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece
