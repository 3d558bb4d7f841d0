"""Reads pieces of a file that nobody vouches for: one regular file, no links, no more than a bound."""

import os
import stat
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from remote_services.images.refusal import ImageRefused, RefusalCode

MOST_BYTES_READ = 96 * 2**20
_PIECE_BYTES = 64 * 1024
_TYPE_CODES = {4: "I", 8: "Q"}


@dataclass(frozen=True)
class Table:
    """A table of numbers of 4 or 8 bytes; ``empty`` is the byte of which entries without use consist."""

    what: str
    width_bytes: int
    byte_order: str
    empty: bytes


class ImageFile:
    """An open image. Nothing is read beyond its end, and at most ``MOST_BYTES_READ`` in all."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._bytes_left = MOST_BYTES_READ
        self.size_bytes = os.fstat(descriptor).st_size

    def up_to(self, offset: int, length: int) -> bytes:
        """``length`` bytes at ``offset``, fewer where the file ends. Raises ImageRefused."""
        self._bytes_left -= length
        if self._bytes_left < 0:
            raise ImageRefused(
                RefusalCode.DAMAGED_HEADER, f"Its tables are larger than {MOST_BYTES_READ // 2**20} MiB."
            )
        if offset < 0 or offset >= self.size_bytes:
            return b""
        return os.pread(self._descriptor, length, offset)

    def exactly(self, offset: int, length: int, what: str) -> bytes:
        """``length`` bytes at ``offset``. ``what`` names them. Raises ImageRefused where there are fewer."""
        piece = self.up_to(offset, length)
        if len(piece) < length:
            raise ImageRefused(
                RefusalCode.DAMAGED_HEADER,
                f"Its {what} should be {length} bytes at byte {offset}, but the file has "
                f"{self.size_bytes} bytes.",
            )
        return piece

    def entries(self, offset: int, count: int, table: Table) -> Iterator[int]:
        """The numbers of a table at ``offset``; long stretches without use are left out.
        Raises ImageRefused."""
        end = offset + count * table.width_bytes
        for position in range(offset, end, _PIECE_BYTES):
            piece = self.exactly(position, min(_PIECE_BYTES, end - position), table.what)
            if piece.strip(table.empty):
                yield from _unsigned(piece, table)


@contextmanager
def opened(path: Path) -> Iterator[ImageFile]:
    """Raises ImageRefused for whatever is not a regular file, without waiting for it; OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if os.path.lexists(path) and not path.is_file() or path.is_symlink():
            raise _not_a_file(path) from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _not_a_file(path)
        yield ImageFile(descriptor)
    finally:
        os.close(descriptor)


def _not_a_file(path: Path) -> ImageRefused:
    return ImageRefused(RefusalCode.NOT_A_FILE, f"{path.name} is a link, a folder or a device, not a file.")


def _unsigned(piece: bytes, table: Table) -> array:
    numbers = array(_TYPE_CODES[table.width_bytes], piece)
    if table.byte_order != sys.byteorder:
        numbers.byteswap()
    return numbers
