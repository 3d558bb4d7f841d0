"""Checks headers of VHDX images: the header in force, regions and metadata; no differencing disks."""

import struct
from dataclasses import dataclass
from uuid import UUID

from remote_services.images.facts import Layout, Subformat
from remote_services.images.formats.crc32c import crc32c
from remote_services.images.reading import ImageFile
from remote_services.images.refusal import ImageRefused, RefusalCode

MAGIC = b"vhdxfile"
_KIB = 1024
_HEADERS_AT = (64 * _KIB, 128 * _KIB)
_HEADER_BYTES = 4 * _KIB
_HEADER = struct.Struct("<4sIQ16s16s16sHHIQ")
_REGIONS_AT, _TABLE_BYTES = 192 * _KIB, 64 * _KIB
_TABLE = struct.Struct("<4sIII")
_REGION = struct.Struct("<16sQII")
_METADATA_TABLE = struct.Struct("<8sHH20s")
_ITEM = struct.Struct("<16sIIII")
_MOST_ENTRIES = 2047
_ALIGNMENT = 2**20
_BLOCK_TABLE = UUID("2DC27766-F623-4200-9D64-115E9BFD4A08")
_METADATA = UUID("8B7CA206-4790-4B9A-B8FE-575F050F886E")
_PARAMETERS = UUID("CAA16737-FA36-4D43-B3B6-33F0AA44E76B")
_DISK_SIZE = UUID("2FA54224-CD1B-4876-B211-5DBED83BF4B8")
_LOGICAL_SECTOR = UUID("8141BF1D-A96F-4709-BA47-F233A8FAAB5F")
_PHYSICAL_SECTOR = UUID("CDA348C7-445D-4471-9CC9-E9885251C556")
_DISK_NAME = UUID("BECA12AB-B2E6-4523-93EF-C309E000C746")
_PARENT = UUID("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C")
_KNOWN_ITEMS = {_PARAMETERS, _DISK_SIZE, _LOGICAL_SECTOR, _PHYSICAL_SECTOR, _DISK_NAME}
_ITEM_BYTES = {_PARAMETERS: 8, _DISK_SIZE: 8, _LOGICAL_SECTOR: 4}
_FIXED, _HAS_PARENT = 1, 2
_REQUIRED_REGION, _REQUIRED_ITEM = 1, 4
_SECTORS = (512, 4096)
_BLOCK_BYTES = (2**20, 256 * 2**20)
_CHUNK_SECTORS = 2**23


@dataclass(frozen=True)
class _Place:
    offset: int
    length: int


def read_layout(image: ImageFile) -> Layout:
    """Raises ImageRefused."""
    _check_log(image)
    regions = _regions(image)
    if _METADATA not in regions or _BLOCK_TABLE not in regions:
        raise _damaged("its table of regions lacks the metadata or the table of blocks")
    items = _items(image, regions[_METADATA])
    if _ITEM_BYTES.keys() - items.keys():
        raise _damaged("its metadata lack its size, its blocks or its sectors")
    parameters, size_bytes, sector_bytes = (int.from_bytes(items[key], "little") for key in _ITEM_BYTES)
    block_bytes, flags = parameters & 0xFFFFFFFF, parameters >> 32
    if flags & _HAS_PARENT:
        raise _backed()
    _check_sizes(block_bytes, sector_bytes, size_bytes)
    _check_block_table(
        regions[_BLOCK_TABLE], -(-size_bytes // block_bytes), _CHUNK_SECTORS * sector_bytes // block_bytes
    )
    return Layout(Subformat.FLAT if flags & _FIXED else Subformat.SPARSE, size_bytes)


def _check_log(image: ImageFile) -> None:
    """The header with the higher number is in force; its log must be empty."""
    valid = [header for header in (_header(image, place) for place in _HEADERS_AT) if header]
    if not valid:
        raise _damaged("neither of its two headers has the right check sum")
    _, log_id, version = max(valid)
    if any(log_id):
        raise ImageRefused(
            RefusalCode.NOT_CLOSED,
            "It was not closed properly: its log is not empty. Attach and detach it once.",
        )
    if version != 1:
        raise ImageRefused(RefusalCode.UNSUPPORTED_FEATURE, f"It is a VHDX of version {version}; 1 is taken.")


def _header(image: ImageFile, offset: int) -> tuple[int, bytes, int] | None:
    piece = image.exactly(offset, _HEADER_BYTES, "header")
    signature, checksum, number, _, _, log_id, _, version, _, _ = _HEADER.unpack_from(piece)
    if signature != b"head" or checksum != _sum_of(piece):
        return None
    return number, log_id, version


def _sum_of(piece: bytes) -> int:
    return crc32c(piece[:4] + bytes(4) + piece[8:])


def _regions(image: ImageFile) -> dict[UUID, _Place]:
    table = image.exactly(_REGIONS_AT, _TABLE_BYTES, "table of regions")
    signature, checksum, count, _ = _TABLE.unpack_from(table)
    if signature != b"regi" or checksum != _sum_of(table) or count > _MOST_ENTRIES:
        raise _damaged(f"its table of regions with {count} entries has a wrong check sum or mark")
    regions: dict[UUID, _Place] = {}
    for number in range(count):
        key, offset, length, flags = _REGION.unpack_from(table, _TABLE.size + number * _REGION.size)
        region = UUID(bytes_le=key)
        if flags & _REQUIRED_REGION and region not in (_METADATA, _BLOCK_TABLE):
            raise ImageRefused(
                RefusalCode.UNSUPPORTED_FEATURE, f"It needs a region that is unknown: {region}."
            )
        if region in regions or offset % _ALIGNMENT or not _ALIGNMENT <= offset <= image.size_bytes - length:
            raise _damaged(
                f"a region of {length} bytes at byte {offset} is not within its {image.size_bytes}"
            )
        regions[region] = _Place(offset, length)
    return regions


def _items(image: ImageFile, place: _Place) -> dict[UUID, bytes]:
    table = image.exactly(place.offset, _TABLE_BYTES, "metadata")
    signature, _, count, _ = _METADATA_TABLE.unpack_from(table)
    if signature != b"metadata" or count > _MOST_ENTRIES:
        raise _damaged(f"its metadata with {count} entries lack their mark")
    items: dict[UUID, bytes] = {}
    for number in range(count):
        key, offset, _, flags, _ = _ITEM.unpack_from(table, _METADATA_TABLE.size + number * _ITEM.size)
        item = UUID(bytes_le=key)
        if item == _PARENT:
            raise _backed()
        if item in items or (flags & _REQUIRED_ITEM and item not in _KNOWN_ITEMS):
            raise ImageRefused(
                RefusalCode.UNSUPPORTED_FEATURE, f"Its metadata have something twice or unknown: {item}."
            )
        items[item] = image.exactly(place.offset + offset, _ITEM_BYTES.get(item, 0), "metadata")
    return items


def _check_sizes(block_bytes: int, sector_bytes: int, size_bytes: int) -> None:
    least, most = _BLOCK_BYTES
    if not least <= block_bytes <= most or block_bytes & (block_bytes - 1):
        raise _damaged(
            f"its blocks have {block_bytes} bytes; powers of two from {least} to {most} are possible"
        )
    if sector_bytes not in _SECTORS or size_bytes % sector_bytes:
        raise _damaged(f"its sectors have {sector_bytes} bytes, it has {size_bytes}")


def _check_block_table(place: _Place, blocks: int, blocks_per_chunk: int) -> None:
    entries = blocks + max(blocks - 1, 0) // blocks_per_chunk
    if entries * 8 > place.length:
        raise _damaged(f"its table of blocks has {place.length} bytes for {entries} entries")


def _backed() -> ImageRefused:
    return ImageRefused(
        RefusalCode.BACKING_FILE, "It is a differencing disk over another file; an image must stand alone."
    )


def _damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.DAMAGED_HEADER, f"It is damaged: {why}.")
