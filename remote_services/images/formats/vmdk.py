"""Checks headers of VMDK images: one file with everything in it, sparse or stream optimised.

QEMU takes a footer for the header where there is one, and reads further files that the descriptor names
when the header's capacity is 0; both must agree here, and neither may hide anything.
"""

import struct
from dataclasses import dataclass

from remote_services.images.facts import Layout, Subformat
from remote_services.images.formats.vmdk_descriptor import Descriptor, looks_like_descriptor, read_descriptor
from remote_services.images.reading import ImageFile, Table
from remote_services.images.refusal import ImageRefused, RefusalCode

MAGIC = b"KDMV"
SECTOR_BYTES = 512
_HEADER = struct.Struct("<4sIIQQQQIQQQB4sH")
_MARKER = struct.Struct("<QII496s")
_VERSIONS = (1, 2, 3)
_AT_END = 0xFFFFFFFFFFFFFFFF
_FOOTER_BYTES = 3 * SECTOR_BYTES
_FOOTER_MARKER, _END_MARKER = 3, 0
_DESCRIPTOR_SECTOR = 1
_MOST_DESCRIPTOR_SECTORS = 2047
_MOST_GRAIN_SECTORS = 2048  # qemu takes 2^21, a gigabyte of memory for each
_MOST_TABLE_ENTRIES = 512
_MOST_DIRECTORY_BYTES = 16 * 2**20
_DIRECTORY = Table("grain directory", 4, "little", b"\0")
_NOTHING_COMPRESSED, _DEFLATE = 0, 1
_LINE_ENDS = b"\n \r\n"
_SUBFORMATS = {"monolithicsparse": Subformat.SPARSE, "streamoptimized": Subformat.STREAM_OPTIMIZED}


@dataclass(frozen=True)
class _Header:
    version: int
    flags: int
    capacity_sectors: int
    grain_sectors: int
    descriptor_sector: int
    descriptor_sectors: int
    table_entries: int
    second_directory_sector: int
    directory_sector: int
    overhead_sectors: int
    unclean: int
    line_ends: bytes
    compression: int

    @property
    def directory_entries(self) -> int:
        return -(-self.capacity_sectors // (self.grain_sectors * self.table_entries))


def read_layout(image: ImageFile) -> Layout:
    """Raises ImageRefused."""
    start = image.up_to(0, SECTOR_BYTES)
    if not start.startswith(MAGIC):
        raise _only_a_descriptor(start)
    header = _parsed(image.exactly(0, SECTOR_BYTES, "header"))
    _check_header(image, header)
    descriptor = _descriptor(image, header)
    subformat = _SUBFORMATS.get(descriptor.create_type)
    rounded_sectors = header.capacity_sectors - descriptor.extent_sectors
    if subformat is None or not 0 <= rounded_sectors < header.grain_sectors:
        raise ImageRefused(
            RefusalCode.FOREIGN_EXTENT,
            f"Its descriptor says {descriptor.create_type!r} with {descriptor.extent_sectors} sectors, its "
            f"header {header.capacity_sectors}; monolithicSparse and streamOptimized in one file are taken.",
        )
    footer = _footer(image, header) if header.directory_sector == _AT_END else header
    _check_directory(image, footer)
    return Layout(subformat, header.capacity_sectors * SECTOR_BYTES)


def _parsed(sector: bytes) -> _Header:
    _, *values = _HEADER.unpack_from(sector)
    return _Header(*values)


def _only_a_descriptor(start: bytes) -> ImageRefused:
    if looks_like_descriptor(start):
        return ImageRefused(
            RefusalCode.FOREIGN_EXTENT,
            "It is only a description of data in other files. Give one sparse or stream optimised file.",
        )
    return ImageRefused(RefusalCode.UNKNOWN_FORMAT, "It does not begin like a VMDK of version 4.")


def _check_header(image: ImageFile, header: _Header) -> None:
    if header.version not in _VERSIONS:
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE, f"It is a VMDK extent of version {header.version}."
        )
    if not header.capacity_sectors:
        raise ImageRefused(
            RefusalCode.FOREIGN_EXTENT,
            "Its header has capacity 0, so its data would be sought in other files.",
        )
    grain = header.grain_sectors
    if not 0 < grain <= _MOST_GRAIN_SECTORS or grain & (grain - 1):
        raise ImageRefused(
            RefusalCode.COMPRESSION_BOMB,
            f"Its grains have {grain} sectors; powers of two up to {_MOST_GRAIN_SECTORS} are taken.",
        )
    if not 0 < header.table_entries <= _MOST_TABLE_ENTRIES:
        raise _damaged(
            f"its grain tables have {header.table_entries} entries; {_MOST_TABLE_ENTRIES} are the most"
        )
    if header.line_ends != _LINE_ENDS:
        raise _damaged("its line ends were changed, as a transfer of text does")
    if header.compression not in (_NOTHING_COMPRESSED, _DEFLATE):
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE, f"It is compressed by method {header.compression}."
        )
    if header.overhead_sectors * SECTOR_BYTES > image.size_bytes:
        raise _damaged(
            f"its data begin at sector {header.overhead_sectors}, but it has {image.size_bytes} bytes"
        )


def _descriptor(image: ImageFile, header: _Header) -> Descriptor:
    sectors = header.descriptor_sectors
    if header.descriptor_sector != _DESCRIPTOR_SECTOR or not 0 < sectors <= _MOST_DESCRIPTOR_SECTORS:
        raise _damaged(
            f"its descriptor has {sectors} sectors at sector {header.descriptor_sector}; "
            f"up to {_MOST_DESCRIPTOR_SECTORS} at sector {_DESCRIPTOR_SECTOR} are taken"
        )
    return read_descriptor(image.exactly(SECTOR_BYTES, sectors * SECTOR_BYTES, "descriptor"))


def _footer(image: ImageFile, header: _Header) -> _Header:
    """The header at the end, which counts more for QEMU than the one at the beginning."""
    if image.size_bytes % SECTOR_BYTES:
        raise _damaged(f"its {image.size_bytes} bytes are no whole sectors, as if its end were cut off")
    piece = image.exactly(max(image.size_bytes - _FOOTER_BYTES, 0), _FOOTER_BYTES, "footer")
    before, sector, end = (
        piece[place : place + SECTOR_BYTES] for place in range(0, _FOOTER_BYTES, SECTOR_BYTES)
    )
    _, size, kind, _ = _MARKER.unpack(before)
    if not sector.startswith(MAGIC) or size or kind != _FOOTER_MARKER:
        raise _damaged("its footer is missing, as if its end were cut off")
    value, size, kind, _ = _MARKER.unpack(end)
    if value or size or kind != _END_MARKER:
        raise _damaged("its end-of-stream mark is missing, as if its end were cut off")
    footer = _parsed(sector)
    if _parsed_without_directory(header) != _parsed_without_directory(footer):
        raise _damaged("its footer contradicts its header")
    if footer.directory_sector == _AT_END:
        raise _damaged("its footer points to a further footer")
    return footer


def _parsed_without_directory(header: _Header) -> tuple:
    return (
        header.version, header.flags, header.capacity_sectors, header.grain_sectors, header.descriptor_sector,
        header.descriptor_sectors, header.table_entries, header.compression,
    )  # fmt: skip


def _check_directory(image: ImageFile, header: _Header) -> None:
    length = header.directory_entries * 4
    if length > _MOST_DIRECTORY_BYTES:
        raise _damaged(f"its grain directory would have {length} bytes; {_MOST_DIRECTORY_BYTES} are the most")
    offset = header.directory_sector * SECTOR_BYTES
    for entry in image.entries(offset, header.directory_entries, _DIRECTORY):
        if entry * SECTOR_BYTES >= image.size_bytes:
            raise _damaged(f"a grain table lies at sector {entry}, beyond its {image.size_bytes} bytes")


def _damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.DAMAGED_HEADER, f"It is damaged: {why}.")
