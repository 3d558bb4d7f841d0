"""Tar archives of plain files: members read one after the other from a stream, and their headers.

Of all that tar can say only names of files, lengths and contents are taken; whatever could lead
elsewhere (paths, links, devices, sparse maps, names in extended headers) is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from remote_services.images.ovf.disks import is_plain_name
from remote_services.images.refusal import ImageRefused, RefusalCode

BLOCK_BYTES = 512
_RECORD_BYTES = 20 * BLOCK_BYTES
_MARKS = (b"ustar\x0000", b"ustar  \x00")
_FILE_KINDS = (b"0", b"\0")
_EXTENDED = b"x"
_KINDS = {
    b"1": "a hard link", b"2": "a symbolic link", b"3": "a character device", b"4": "a block device",
    b"5": "a folder", b"6": "a fifo", b"7": "a contiguous file", b"S": "a sparse file", b"L": "a long name",
    b"K": "a long link name", b"g": "a global extended header", b"M": "a piece of another volume",
}  # fmt: skip
_HARMLESS_KEYS = {"mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment"}
_HARMLESS_MAKERS = ("SCHILY.", "LIBARCHIVE.creationtime", "LIBARCHIVE.xattr")
_MOST_EXTENDED_BYTES = 16 * 1024
_LARGEST = 2**53
_MOST_DIGITS = 16
_NAME_BYTES = 100
_OCTAL_LIMIT = 8**11
_CHUNK_BYTES = 2**20
_GZIP = b"\x1f\x8b"


class Readable(Protocol):
    def read(self, length: int, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    name: str
    size_bytes: int


class TarStream:
    """Gives members in their order; the content of one must be read before the next is asked for."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._left_bytes = 0
        self._padding_bytes = 0

    def members(self) -> Iterator[Member]:
        """Raises ImageRefused."""
        size_bytes = None
        while (header := self._header()) is not None:
            kind = header[156:157]
            if kind == _EXTENDED:
                size_bytes = self._extended_size(_number(header[124:136]))
                continue
            member = Member(
                _name(header, kind), _number(header[124:136]) if size_bytes is None else size_bytes
            )
            size_bytes = None
            self._begin(member.size_bytes)
            yield member
            for _ in self.content():
                continue
        if size_bytes is not None:
            raise _damaged("an extended header has no member")

    def content(self) -> Iterator[bytes]:
        """What is left of the member at hand, in pieces."""
        while self._left_bytes:
            piece = self._stream.read(min(self._left_bytes, _CHUNK_BYTES))
            if not piece:
                raise _damaged(f"it ends {self._left_bytes} bytes before the end of a member")
            self._left_bytes -= len(piece)
            yield piece
        self._exactly(self._padding_bytes)
        self._padding_bytes = 0

    def _begin(self, size_bytes: int) -> None:
        self._left_bytes = size_bytes
        self._padding_bytes = -size_bytes % BLOCK_BYTES

    def _header(self) -> bytes | None:
        block = self._exactly(BLOCK_BYTES)
        if not any(block):
            self._expect_end()
            return None
        if block.startswith(_GZIP):
            raise _damaged("it is compressed; an OVA is not")
        if block[257:265] not in _MARKS:
            raise _damaged("a member's header is not that of a tar")
        if _number(block[148:156]) != sum(block[:148]) + 8 * ord(" ") + sum(block[156:]):
            raise _damaged("the check sum of a member's header is wrong")
        return block

    def _expect_end(self) -> None:
        """After the first empty block there is nothing but what fills the last record."""
        read_bytes = 0
        while piece := self._stream.read(_RECORD_BYTES):
            read_bytes += len(piece)
            if any(piece) or read_bytes > 2**20:
                raise _damaged("something follows its end")

    def _exactly(self, length: int) -> bytes:
        piece = b""
        while len(piece) < length:
            more = self._stream.read(length - len(piece))
            if not more:
                raise _damaged("it ends in the middle, without its closing blocks")
            piece += more
        return piece

    def _extended_size(self, length: int) -> int | None:
        """The length an extended header gives to the next member. Raises ImageRefused where the
        header says more than that and what does not matter."""
        if length > _MOST_EXTENDED_BYTES:
            raise _member(f"an extended header has {length} bytes; {_MOST_EXTENDED_BYTES} are the most")
        self._begin(length)
        size_bytes = None
        for key, value in _records(b"".join(self.content())):
            if key == "size":
                size_bytes = _decimal(value)
            elif key not in _HARMLESS_KEYS and not key.startswith(_HARMLESS_MAKERS):
                raise _member(f"an extended header sets {key[:40]!r}")
        return size_bytes


def header_of(name: str, size_bytes: int) -> bytes:
    """The block before a member's content. Raises ValueError for a name that is too long."""
    encoded = name.encode()
    if len(encoded) > _NAME_BYTES:
        raise ValueError(f"{name[:40]!r} has more than {_NAME_BYTES} bytes")
    size = b"%011o\0" % size_bytes if size_bytes < _OCTAL_LIMIT else b"\x80" + size_bytes.to_bytes(11, "big")
    fields = (
        encoded.ljust(100, b"\0"), b"0000644\0", b"0000000\0", b"0000000\0", size, b"%011o\0" % 0,
        b" " * 8, b"0", b"\0" * 100, b"ustar\x0000", b"\0" * 247,
    )  # fmt: skip
    block = b"".join(fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def padding_of(size_bytes: int) -> bytes:
    return bytes(-size_bytes % BLOCK_BYTES)


def end_of(written_bytes: int) -> bytes:
    """What closes an archive of which so many bytes are written."""
    return bytes(2 * BLOCK_BYTES + -(written_bytes + 2 * BLOCK_BYTES) % _RECORD_BYTES)


def _name(header: bytes, kind: bytes) -> str:
    if kind not in _FILE_KINDS:
        raise _member(f"a member is {_KINDS.get(kind, 'of an unknown kind')}; only plain files are taken")
    if any(header[157:257]):
        raise _member("a member names another one")
    gnu = header[257:263] == b"ustar "
    prefix = b"" if gnu else header[345:500].rstrip(b"\0")
    try:
        name = header[:100].partition(b"\0")[0].decode()
    except UnicodeDecodeError as error:
        raise _member("a member's name is no text") from error
    name = name.removeprefix("./")
    if prefix or not is_plain_name(name):
        raise _member(f"a member is called {name[:80]!r}; only plain names without folders are taken")
    return name


def _number(field: bytes) -> int:
    """Octal digits, or with the highest bit set the number itself."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    else:
        digits = field.strip(b" \0")
        if digits.strip(b"01234567"):
            raise _damaged(f"{digits[:20]!r} should be an octal number")
        value = int(digits or b"0", 8)
    if value > _LARGEST:
        raise ImageRefused(RefusalCode.TAR_BOMB, f"A member of the package would have {value} bytes.")
    return value


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    while content:
        digits, space, _ = content.partition(b" ")
        length = _decimal(digits.decode(errors="replace"))
        key, equals, value = content[len(digits) + 1 : length].decode(errors="replace").partition("=")
        if not space or not equals or not value.endswith("\n") or length > len(content):
            raise _damaged("an extended header can't be read")
        yield key, value[:-1]
        content = content[length:]


def _decimal(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS) or int(digits) > _LARGEST:
        raise _damaged(f"{digits[:20]!r} should be a number")
    return int(digits)


def _damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.TAR_DAMAGED, f"The package can't be read: {why}.")


def _member(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.TAR_MEMBER, f"The package is not taken: {why}.")
