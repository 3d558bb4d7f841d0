"""Checks headers of VDI images, fixed and dynamic ones of version 1.1, as QEMU can read them."""

import struct
from dataclasses import dataclass

from remote_services.images.facts import Layout, Subformat
from remote_services.images.reading import ImageFile, Table
from remote_services.images.refusal import ImageRefused, RefusalCode

SIGNATURE_AT = 64
SIGNATURE = b"\x7f\x10\xda\xbe"
_HEADER = struct.Struct("<IIII256sII")  # from byte 68 on: version, its length, type, flags, words, map, data
_HEADER_AT = 68
_SIZES = struct.Struct("<IIQIIII16s16s16s16s")  # from byte 360 on
_SIZES_AT = 360
_VERSION = 0x00010001
_SUBFORMATS = {1: Subformat.SPARSE, 2: Subformat.FLAT}
_SNAPSHOTS = (3, 4)
_SECTOR_BYTES = 512
_BLOCK_BYTES = 2**20
_MOST_BLOCKS = 16 * 2**20
_MAP = Table("map of blocks", 4, "little", b"\xff")
_UNUSED_BLOCKS = (0xFFFFFFFF, 0xFFFFFFFE)


@dataclass(frozen=True)
class _Blocks:
    size_bytes: int
    count: int
    map_at: int
    data_at: int


def read_layout(image: ImageFile) -> Layout:
    """Raises ImageRefused."""
    piece = image.exactly(0, _SECTOR_BYTES, "header")
    version, _, kind, _, _, map_at, data_at = _HEADER.unpack_from(piece, _HEADER_AT)
    sector_bytes, _, size_bytes, block_bytes, extra_bytes, count, _, _, _, link, parent = _SIZES.unpack_from(
        piece, _SIZES_AT
    )
    if version != _VERSION:
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE, f"It is a VDI of version {version:#x}; 1.1 is taken."
        )
    if kind in _SNAPSHOTS or any(link) or any(parent):
        raise ImageRefused(
            RefusalCode.BACKING_FILE, f"It lies over another image (type {kind}); an image must stand alone."
        )
    if kind not in _SUBFORMATS:
        raise _damaged(f"its type is {kind}; 1 (dynamic) and 2 (fixed) are possible")
    if (sector_bytes, block_bytes, extra_bytes) != (_SECTOR_BYTES, _BLOCK_BYTES, 0):
        raise ImageRefused(
            RefusalCode.UNSUPPORTED_FEATURE,
            f"Its blocks have {block_bytes}+{extra_bytes} bytes, its sectors {sector_bytes}; "
            f"{_BLOCK_BYTES} and {_SECTOR_BYTES} are taken.",
        )
    _check_blocks(image, _Blocks(size_bytes, count, map_at, data_at))
    return Layout(_SUBFORMATS[kind], size_bytes)


def _check_blocks(image: ImageFile, blocks: _Blocks) -> None:
    if blocks.count > _MOST_BLOCKS or blocks.count * _BLOCK_BYTES < blocks.size_bytes:
        raise _damaged(f"it has {blocks.count} blocks of {_BLOCK_BYTES} bytes for {blocks.size_bytes} bytes")
    if blocks.map_at % _SECTOR_BYTES or blocks.data_at % _SECTOR_BYTES:
        raise _damaged(f"its map lies at byte {blocks.map_at}, its data at byte {blocks.data_at}")
    room = max(image.size_bytes - blocks.data_at, 0) // _BLOCK_BYTES
    for block in image.entries(blocks.map_at, blocks.count, _MAP):
        if block not in _UNUSED_BLOCKS and block > room:
            raise _damaged(f"its map names block {block}, but it has room for {room}")


def _damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.DAMAGED_HEADER, f"It is damaged: {why}.")
