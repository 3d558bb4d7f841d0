"""Checks headers of VHD images (QEMU's ``vpc``): fixed and dynamic ones, no differencing disks."""

import struct
from dataclasses import dataclass

from remote_services.images.facts import Layout, Subformat
from remote_services.images.reading import ImageFile, Table
from remote_services.images.refusal import ImageRefused, RefusalCode

COOKIE = b"conectix"
FOOTER_BYTES = 512
SECTOR_BYTES = 512
_FOOTER = struct.Struct(">8sIIQI4sI4sQQHBBII")
_DYNAMIC_HEADER = struct.Struct(">8sQQIIII16sII512s")
_DYNAMIC_COOKIE = b"cxsparse"
_DYNAMIC_HEADER_BYTES = 1024
_LOCATORS = slice(576, 768)
_CHECKSUM_AT = {FOOTER_BYTES: 64, _DYNAMIC_HEADER_BYTES: 36}
_VERSION = 0x00010000
_FIXED, _DYNAMIC, _DIFFERENCING = 2, 3, 4
_SIZE_COUNTS_FOR = (b"win ", b"qem2", b"d2v ", b"tap\0", b"CTXS")
_LARGEST_GEOMETRY = 65535 * 16 * 255
_BLOCK_BYTES = (512, 256 * 2**20)
_MOST_BLOCKS = 4 * 2**20
_TABLE = Table("table of blocks", 4, "big", b"\xff")
_UNUSED_BLOCK = 0xFFFFFFFF


@dataclass(frozen=True)
class _Footer:
    header_at: int
    creator: bytes
    size_bytes: int
    cylinders: int
    heads: int
    sectors: int
    kind: int

    @property
    def sector_count(self) -> int:
        """As QEMU counts: most tools' disks have the size of their geometry."""
        by_geometry = self.cylinders * self.heads * self.sectors
        if self.creator in _SIZE_COUNTS_FOR or by_geometry == _LARGEST_GEOMETRY:
            return self.size_bytes // SECTOR_BYTES
        return by_geometry


def read_layout(image: ImageFile) -> Layout:
    """Raises ImageRefused."""
    start = image.up_to(0, FOOTER_BYTES)
    at_start = start.startswith(COOKIE)
    end = image.exactly(max(image.size_bytes - FOOTER_BYTES, 0), FOOTER_BYTES, "footer")
    footer = _parsed(start if at_start else end)
    if footer.kind == _DIFFERENCING:
        raise ImageRefused(
            RefusalCode.BACKING_FILE,
            "It is a differencing disk over another file; an image must stand alone.",
        )
    size_bytes = footer.sector_count * SECTOR_BYTES
    if at_start and footer.kind == _DYNAMIC:
        _check_dynamic(image, footer, size_bytes)
        return Layout(Subformat.SPARSE, size_bytes)
    if at_start or footer.kind != _FIXED:
        raise _damaged(f"its footer says that it is of type {footer.kind}")
    if size_bytes > image.size_bytes - FOOTER_BYTES:
        raise _damaged(f"it should hold {size_bytes} bytes, but the file has {image.size_bytes}")
    return Layout(Subformat.FLAT, size_bytes)


def _parsed(sector: bytes) -> _Footer:
    cookie, _, version, header_at, _, creator, _, _, _, size, cylinders, heads, sectors, kind, checksum = (
        _FOOTER.unpack_from(sector)
    )
    if cookie != COOKIE or version != _VERSION:
        raise _damaged(f"its footer is missing or of version {version:#x}")
    _check_sum(sector, checksum, "footer")
    return _Footer(header_at, creator, size, cylinders, heads, sectors, kind)


def _check_sum(piece: bytes, checksum: int, what: str) -> None:
    at = _CHECKSUM_AT[len(piece)]
    expected = ~(sum(piece) - sum(piece[at : at + 4])) & 0xFFFFFFFF
    if checksum != expected:
        raise _damaged(f"the check sum of its {what} is {checksum:#x} instead of {expected:#x}")


def _check_dynamic(image: ImageFile, footer: _Footer, size_bytes: int) -> None:
    piece = image.exactly(footer.header_at, _DYNAMIC_HEADER_BYTES, "dynamic header")
    cookie, _, table_at, version, blocks, block_bytes, checksum, parent, _, _, parent_name = (
        _DYNAMIC_HEADER.unpack_from(piece)
    )
    if cookie != _DYNAMIC_COOKIE or version != _VERSION:
        raise _damaged("its dynamic header is missing")
    _check_sum(piece, checksum, "dynamic header")
    if any(parent) or any(parent_name) or any(piece[_LOCATORS]):
        raise ImageRefused(RefusalCode.BACKING_FILE, "It names a parent; an image must stand alone.")
    least, most = _BLOCK_BYTES
    if not least <= block_bytes <= most or block_bytes & (block_bytes - 1):
        raise _damaged(f"its blocks have {block_bytes} bytes; powers of two up to {most} are possible")
    if blocks > _MOST_BLOCKS or blocks * block_bytes < size_bytes:
        raise _damaged(f"its table has {blocks} blocks of {block_bytes} bytes for {size_bytes} bytes")
    for sector in image.entries(table_at, blocks, _TABLE):
        if sector != _UNUSED_BLOCK and sector * SECTOR_BYTES >= image.size_bytes:
            raise _damaged(f"a block lies at sector {sector}, beyond its {image.size_bytes} bytes")


def _damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.DAMAGED_HEADER, f"It is damaged: {why}.")
