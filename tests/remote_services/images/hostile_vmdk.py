"""VMDK images that must be refused: most of what this format can say leads to other files."""

import struct
from pathlib import Path

from contracts.vocabulary import DiskFormat
from remote_services.images import RefusalCode
from tests.remote_services.images.making import Hostile, Workshop, le16, le32, le64

VMDK = DiskFormat.VMDK
SECTORS = 16384
_CAPACITY, _GRAIN, _DESCRIPTOR_AT, _DESCRIPTOR_LENGTH, _TABLE_ENTRIES = 12, 20, 28, 36, 44
_DIRECTORY, _OVERHEAD, _LINE_ENDS, _METHOD = 56, 64, 73, 77
_STREAM = "subformat=streamOptimized"
_AT_END = 2**64 - 1
_DESCRIPTOR_BYTES = 20 * 512
_FIRST_LINES = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n"


def _changed(changes, length=None, *options):
    return lambda workshop: workshop.changed(workshop.sound(VMDK, *options), changes, length)


def _text(*lines: str, start: str = _FIRST_LINES) -> bytes:
    return (start + "\n".join(lines) + "\n").encode()


def _only(*lines: str, start: str = _FIRST_LINES):
    return lambda workshop: workshop.file(_text(*lines, start=start))


def _described(*lines: str):
    """A sparse image whose descriptor says this."""
    return _changed({512: _text(*lines).ljust(_DESCRIPTOR_BYTES, b"\0")})


def with_footer(workshop: Workshop, changes: dict[int, bytes] | None = None, end: bytes = bytes(512)) -> Path:
    """A stream optimised image as VMware writes it: its header says that the footer counts."""
    sound = workshop.sound(VMDK, _STREAM)
    header = bytearray(sound.read_bytes()[:512])
    for offset, content in (changes or {}).items():
        header[offset : offset + len(content)] = content
    marker = struct.pack("<QII496s", 1, 0, 3, b"")
    path = workshop.changed(sound, {_DIRECTORY: le64(_AT_END)})
    with path.open("ab") as file:
        file.write(marker + header + end)
    return path


def _made_by(subformat: str):
    def make(workshop: Workshop) -> Path:
        path = workshop.made(VMDK, "-o", f"subformat={subformat}")
        return path

    return make


def _footer_cut(workshop: Workshop) -> Path:
    path = with_footer(workshop)
    return workshop.changed(path, {}, length=path.stat().st_size - 512)


def _case(what, make, code, words):
    return Hostile(what, VMDK, make, code, words)


FOREIGN, BACKING, DATA = RefusalCode.FOREIGN_EXTENT, RefusalCode.BACKING_FILE, RefusalCode.EXTERNAL_DATA
DAMAGED, FEATURE, BOMB = (
    RefusalCode.DAMAGED_HEADER,
    RefusalCode.UNSUPPORTED_FEATURE,
    RefusalCode.COMPRESSION_BOMB,
)
_SPARSE = f'RW {SECTORS} SPARSE "image.vmdk"'
_TYPE = 'createType="monolithicSparse"'
HOSTILE = (
    _case(
        "describes /etc/passwd",
        _only('createType="monolithicFlat"', 'RW 2048 FLAT "/etc/passwd" 0'),
        FOREIGN,
        "only a description",
    ),
    _case(
        "describes a device",
        _only('createType="fullDevice"', 'RW 2048 FLAT "/dev/sda" 0'),
        FOREIGN,
        "only a description",
    ),
    _case(
        "describes a neighbour after comments",
        _only('createType="monolithicFlat"', start="# hello\n\n# world\nversion=1\n"),
        FOREIGN,
        "only a description",
    ),
    _case("describes flat data", _made_by("monolithicFlat"), FOREIGN, "only a description"),
    _case("describes flat pieces", _made_by("twoGbMaxExtentFlat"), FOREIGN, "only a description"),
    _case("describes sparse pieces", _made_by("twoGbMaxExtentSparse"), FOREIGN, "only a description"),
    _case("has capacity 0, so its descriptor counts", _changed({_CAPACITY: le64(0)}), FOREIGN, "capacity 0"),
    _case(
        "names /etc/passwd inside", _described(_TYPE, 'RW 16384 FLAT "/etc/passwd" 0'), FOREIGN, "/etc/passwd"
    ),
    _case(
        "names a path as itself",
        _described(_TYPE, f'RW {SECTORS} SPARSE "/etc/passwd"'),
        FOREIGN,
        "/etc/passwd",
    ),
    _case("names a path of Windows", _described(_TYPE, f'RW {SECTORS} SPARSE "c:\\\\x"'), FOREIGN, "outside"),
    _case("names two extents", _described(_TYPE, _SPARSE, _SPARSE), FOREIGN, "2 extents"),
    _case("names no extent", _described(_TYPE), FOREIGN, "0 extents"),
    _case("is a vmfs disk", _described('createType="vmfs"', _SPARSE), FOREIGN, "'vmfs'"),
    _case("has no type", _described(_SPARSE), FOREIGN, "''"),
    _case(
        "describes another length than it has",
        _described(_TYPE, 'RW 4096 SPARSE "image.vmdk"'),
        FOREIGN,
        "4096 sectors",
    ),
    _case(
        "has a parent",
        _described(_TYPE, _SPARSE, 'parentFileNameHint="/etc/passwd"'),
        BACKING,
        "names a parent",
    ),
    _case(
        "has a parent after the end of its words",
        _described(_TYPE, _SPARSE, '\0parentfilenamehint="x"'),
        BACKING,
        "names a parent",
    ),
    _case(
        "has a parent's number",
        _changed(
            {512: _text(_TYPE, _SPARSE).replace(b"ffffffff", b"deadbeef").ljust(_DESCRIPTOR_BYTES, b"\0")}
        ),
        BACKING,
        "deadbeef",
    ),
    _case(
        "tracks changes in another file",
        _described(_TYPE, _SPARSE, 'changeTrackPath="/etc/passwd"'),
        DATA,
        "changetrackpath",
    ),
    _case("says something nobody knows", _described(_TYPE, _SPARSE, "do what I say"), DATA, "not understood"),
    _case("says its type twice", _described(_TYPE, 'createType="vmfs"', _SPARSE), DAMAGED, "twice"),
    _case("has a descriptor that is no text", _changed({512: b"\xff\xfe\xfd" * 100}), DAMAGED, "no text"),
    _case("has its descriptor elsewhere", _changed({_DESCRIPTOR_AT: le64(9)}), DAMAGED, "sector 9"),
    _case("has no descriptor", _changed({_DESCRIPTOR_LENGTH: le64(0)}), DAMAGED, "0 sectors"),
    _case(
        "has a descriptor of a terabyte",
        _changed({_DESCRIPTOR_LENGTH: le64(2**31)}),
        DAMAGED,
        "2147483648 sectors",
    ),
    _case("has grains of a gigabyte", _changed({_GRAIN: le64(2**21)}), BOMB, "2097152 sectors"),
    _case("has grains of three sectors", _changed({_GRAIN: le64(3)}), BOMB, "3 sectors"),
    _case("has grains of nothing", _changed({_GRAIN: le64(0)}), BOMB, "0 sectors"),
    _case("has tables of nothing", _changed({_TABLE_ENTRIES: le32(0)}), DAMAGED, "0 entries"),
    _case("has tables of millions", _changed({_TABLE_ENTRIES: le32(2**24)}), DAMAGED, "16777216 entries"),
    _case("has a directory beyond its end", _changed({_DIRECTORY: le64(2**40)}), DAMAGED, "grain directory"),
    _case(
        "has a directory of gigabytes",
        _changed(
            {
                _CAPACITY: le64(2**50),
                512: _text(_TYPE, f'RW {2**50} SPARSE "x"').ljust(_DESCRIPTOR_BYTES, b"\0"),
            }
        ),
        DAMAGED,
        "would have",
    ),
    _case(
        "is 32 TiB",
        _changed(
            {
                _CAPACITY: le64(2**36),
                512: _text(_TYPE, f'RW {2**36} SPARSE "x"').ljust(_DESCRIPTOR_BYTES, b"\0"),
                _DIRECTORY: le64(64),
            },
            2**25,
        ),
        RefusalCode.TOO_LARGE,
        "32768.0 GiB",
    ),
    _case(
        "has a grain table beyond its end", _changed({26 * 512: le32(2**31)}), DAMAGED, "sector 2147483648"
    ),
    _case("begins beyond its end", _changed({_OVERHEAD: le64(2**40)}), DAMAGED, "data begin at"),
    _case("was sent as text", _changed({_LINE_ENDS: b"\n\n\r\n"}), DAMAGED, "line ends"),
    _case("is compressed in an unknown way", _changed({_METHOD: le16(9)}), FEATURE, "method 9"),
    _case("is of version 4", _changed({4: le32(4)}), FEATURE, "version 4"),
    _case("is cut within its header", _changed({}, 100), DAMAGED, "100 bytes"),
    _case("is cut within its descriptor", _changed({}, 2000), DAMAGED, "2000 bytes"),
    _case(
        "has no footer where one should be",
        _changed({_DIRECTORY: le64(_AT_END)}, None, _STREAM),
        DAMAGED,
        "footer is missing",
    ),
    _case("has a footer that is cut off", _footer_cut, DAMAGED, "footer is missing"),
    _case(
        "has a footer of another size",
        lambda workshop: with_footer(workshop, {_CAPACITY: le64(0)}),
        DAMAGED,
        "contradicts",
    ),
    _case(
        "has a footer with another descriptor",
        lambda workshop: with_footer(workshop, {_DESCRIPTOR_AT: le64(30)}),
        DAMAGED,
        "contradicts",
    ),
    _case(
        "has a footer that leads to a footer",
        lambda workshop: with_footer(workshop, {_DIRECTORY: le64(_AT_END)}),
        DAMAGED,
        "further footer",
    ),
    _case(
        "goes on after its end",
        lambda workshop: with_footer(workshop, end=b"\1" * 512),
        DAMAGED,
        "end-of-stream",
    ),
    _case(
        "is of version 3 of VMware",
        lambda workshop: workshop.file(b"COWD" + bytes(4096)),
        RefusalCode.FORMAT_MISMATCH,
        "vmdk of version 3",
    ),
    _case(
        "is a qcow2",
        lambda workshop: workshop.sound(DiskFormat.QCOW2),
        RefusalCode.FORMAT_MISMATCH,
        "content is qcow2",
    ),
)
