"""Checks headers of qcow2 images as qemu's docs/interop/qcow2.txt describes them."""

import struct
from dataclasses import dataclass

from remote_services.images.facts import Layout, Subformat
from remote_services.images.reading import ImageFile, Table
from remote_services.images.refusal import ImageRefused, RefusalCode

MAGIC = b"QFI\xfb"
_HEADER = struct.Struct(">4sIQIIQIIQQIIQ")
_VERSION_3 = struct.Struct(
    ">QQQIIB"
)  # features: incompatible, compatible, autoclear; order, length, compression
_EXTENSION = struct.Struct(">II")
_VERSIONS = (2, 3)
_VERSION_WITH_FEATURES = 3
_CLUSTER_BITS = range(9, 22)
_HEADER_BYTES = (72, 104)
_CORRUPT, _EXTERNAL_DATA, _COMPRESSION = 1 << 1, 1 << 2, 1 << 3
_KNOWN_FEATURES = 0b1111
_BIGGEST_REFCOUNT_ORDER = 6
_COMPRESSIONS = (0, 1)
_MOST_TABLE_BYTES = 32 * 2**20
_MOST_REFCOUNT_BYTES = 8 * 2**20
_FIRST_TABLE = Table("first table", 8, "big", b"\0")
_OFFSET_MASK = 0x00FFFFFFFFFFFE00
_END, _DATA_FILE_NAME, _CRYPTO = 0, 0x44415441, 0x0537BE77


@dataclass(frozen=True)
class _Header:
    version: int
    backing_at: int
    backing_length: int
    cluster_bits: int
    size_bytes: int
    encryption: int
    l1_entries: int
    l1_at: int
    refcount_at: int
    refcount_clusters: int
    snapshots: int

    @property
    def cluster_bytes(self) -> int:
        return 1 << self.cluster_bits


def read_layout(image: ImageFile) -> Layout:
    """Raises ImageRefused."""
    _, *values, _ = _HEADER.unpack(image.exactly(0, _HEADER.size, "header"))
    header = _Header(*values)
    _check_version(header)
    _check_references(header)
    extensions_at = _HEADER_BYTES[0]
    if header.version == _VERSION_WITH_FEATURES:
        extensions_at = _check_features(image)
    _check_extensions(image, extensions_at, header.cluster_bytes)
    _check_tables(image, header)
    flat = image.size_bytes >= header.size_bytes
    return Layout(Subformat.FLAT if flat else Subformat.SPARSE, header.size_bytes)


def _check_version(header: _Header) -> None:
    if header.version not in _VERSIONS:
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE, f"It is qcow of version {header.version}; 2 and 3 are taken."
        )
    if header.cluster_bits not in _CLUSTER_BITS:
        raise _damaged(f"its clusters have 2^{header.cluster_bits} bytes; 2^9 to 2^21 are possible")


def _check_references(header: _Header) -> None:
    if header.backing_at or header.backing_length:
        raise ImageRefused(
            RefusalCode.BACKING_FILE,
            f"It lies over another file (its name has {header.backing_length} bytes at {header.backing_at}); "
            "an image must stand alone.",
        )
    if header.encryption:
        raise ImageRefused(
            RefusalCode.ENCRYPTED, f"It is encrypted (method {header.encryption}); give it unencrypted."
        )
    if header.snapshots:
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE,
            f"It holds {header.snapshots} internal snapshots; qemu-img convert makes an image without them.",
        )


def _check_features(image: ImageFile) -> int:
    """What a header of version 3 has besides; answers where its extensions begin."""
    piece = image.exactly(_HEADER_BYTES[0], _VERSION_3.size, "header of version 3")
    features, _, _, refcount_order, header_bytes, compression = _VERSION_3.unpack(piece)
    if features & _EXTERNAL_DATA:
        raise ImageRefused(
            RefusalCode.EXTERNAL_DATA, "Its data lie in another file; an image must stand alone."
        )
    if features & _CORRUPT:
        raise _damaged("it is marked as corrupt")
    if features & ~_KNOWN_FEATURES:
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE, f"It needs features that are not taken ({features:#x})."
        )
    if refcount_order > _BIGGEST_REFCOUNT_ORDER:
        raise _damaged(f"its reference counts have 2^{refcount_order} bits; 2^6 are the most")
    if header_bytes < _HEADER_BYTES[1] or header_bytes % 8:
        raise _damaged(f"its header says that it has {header_bytes} bytes")
    has_compression = bool(features & _COMPRESSION)
    compression = compression if header_bytes > _HEADER_BYTES[1] else 0
    if compression not in _COMPRESSIONS or bool(compression) != has_compression:
        raise _damaged(f"its compression type is {compression}")
    return header_bytes


def _check_extensions(image: ImageFile, position: int, end: int) -> None:
    while position + _EXTENSION.size <= end:
        piece = image.up_to(position, _EXTENSION.size)
        if len(piece) < _EXTENSION.size:
            return
        kind, length = _EXTENSION.unpack(piece)
        if kind == _END:
            return
        if kind == _DATA_FILE_NAME:
            raise ImageRefused(
                RefusalCode.EXTERNAL_DATA, "It names another file for its data; an image must stand alone."
            )
        if kind == _CRYPTO:
            raise ImageRefused(RefusalCode.ENCRYPTED, "It is encrypted; give it unencrypted.")
        position += _EXTENSION.size + (length + 7) // 8 * 8
    raise _damaged("the extensions of its header have no end")


def _check_tables(image: ImageFile, header: _Header) -> None:
    cluster_bytes = header.cluster_bytes
    covered_bytes = header.l1_entries * cluster_bytes * (cluster_bytes // 8)
    l1_bytes = header.l1_entries * 8
    if l1_bytes > _MOST_TABLE_BYTES or covered_bytes < header.size_bytes:
        raise _damaged(
            f"its first table has {header.l1_entries} entries, which does not fit {header.size_bytes} bytes"
        )
    if header.l1_entries:
        _check_place(image, header.l1_at, l1_bytes, cluster_bytes, "first table")
    refcount_bytes = header.refcount_clusters * cluster_bytes
    if not 0 < refcount_bytes <= max(_MOST_REFCOUNT_BYTES, cluster_bytes):
        raise _damaged(f"its table of reference counts has {header.refcount_clusters} clusters")
    _check_place(image, header.refcount_at, refcount_bytes, cluster_bytes, "table of reference counts")
    for entry in image.entries(header.l1_at, header.l1_entries, _FIRST_TABLE):
        offset = entry & _OFFSET_MASK
        if offset and (offset % cluster_bytes or offset + cluster_bytes > image.size_bytes):
            raise _damaged(f"a table lies at byte {offset}, the file ends at byte {image.size_bytes}")


def _check_place(image: ImageFile, offset: int, length: int, cluster_bytes: int, what: str) -> None:
    if offset % cluster_bytes or not 0 < offset <= image.size_bytes - length:
        raise _damaged(
            f"its {what} ({length} bytes at byte {offset}) does not lie within its {image.size_bytes} bytes"
        )


def _damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.DAMAGED_HEADER, f"It is damaged: {why}.")
