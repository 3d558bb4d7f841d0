"""VHD and VHDX images that must be refused."""

from uuid import UUID, uuid4

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageLimits, RefusalCode
from tests.remote_services.images.making import (
    Hostile,
    Workshop,
    be16,
    be32,
    be64,
    le16,
    le32,
    le64,
    summed_vhd,
    summed_vhdx,
)

VPC, VHDX = DiskFormat.VPC, DiskFormat.VHDX
BACKING, DAMAGED, FEATURE = (
    RefusalCode.BACKING_FILE,
    RefusalCode.DAMAGED_HEADER,
    RefusalCode.UNSUPPORTED_FEATURE,
)
_FOOTER_BYTES, _FOOTER_SUM, _HEADER_BYTES, _HEADER_SUM = 512, 64, 1024, 36
_KIB = 1024


def _footer(changes, *options, size="8M"):
    """A dynamic VHD with a changed footer (its copy at the start counts) and the right check sum."""
    return lambda workshop: summed_vhd(
        workshop.changed(workshop.sound(VPC, *options, size=size), changes), 0, _FOOTER_BYTES, _FOOTER_SUM
    )


def _header(changes):
    """The same with a changed dynamic header, at byte 512."""
    shifted = {offset + _FOOTER_BYTES: content for offset, content in changes.items()}
    return lambda workshop: summed_vhd(
        workshop.changed(workshop.sound(VPC), shifted), _FOOTER_BYTES, _HEADER_BYTES, _HEADER_SUM
    )


def _plain(changes, length=None, *options):
    return lambda workshop: workshop.changed(workshop.sound(VPC, *options), changes, length)


def _fixed_footer(changes):
    def make(workshop: Workshop):
        sound = workshop.sound(VPC, "subformat=fixed")
        at = sound.stat().st_size - _FOOTER_BYTES
        path = workshop.changed(sound, {at + offset: content for offset, content in changes.items()})
        return summed_vhd(path, at, _FOOTER_BYTES, _FOOTER_SUM)

    return make


_BLOCK_TABLE = 1536
VHD_CASES = (
    ("is a differencing disk", _footer({60: be32(4)}), BACKING, "differencing"),
    ("is a differencing disk at its end", _fixed_footer({60: be32(4)}), BACKING, "differencing"),
    ("has a parent", _header({40: uuid4().bytes}), BACKING, "names a parent"),
    ("has a parent's name", _header({64: "C:\\parent.vhd".encode("utf-16-be")}), BACKING, "names a parent"),
    ("says where to find a parent", _header({576: b"W2ku" + be32(512)}), BACKING, "names a parent"),
    ("is of an unknown type", _footer({60: be32(77)}), DAMAGED, "type 77"),
    ("says that it is fixed but is not", _footer({60: be32(2)}), DAMAGED, "type 2"),
    ("is of version 9", _footer({12: be32(9)}), DAMAGED, "version 0x9"),
    ("has a wrong check sum", _plain({64: be32(1)}), DAMAGED, "check sum of its footer is 0x1"),
    (
        "has a wrong check sum of its header",
        _plain({512 + 36: be32(1)}),
        DAMAGED,
        "check sum of its dynamic header",
    ),
    ("has no dynamic header", _footer({16: be64(4096)}), DAMAGED, "dynamic header"),
    ("has its header beyond all files", _footer({16: be64(2**63)}), DAMAGED, "dynamic header"),
    ("has a header that is none", _header({0: b"nonsense"}), DAMAGED, "dynamic header is missing"),
    ("has blocks of 3 bytes", _header({32: be32(3)}), DAMAGED, "3 bytes"),
    ("has blocks of 2 GiB", _header({32: be32(2**31)}), DAMAGED, "2147483648 bytes"),
    ("has blocks of nothing", _header({32: be32(0)}), DAMAGED, "0 bytes"),
    ("has too few blocks", _header({28: be32(1)}), DAMAGED, "1 blocks"),
    ("has billions of blocks", _header({28: be32(0xFFFFFFFF)}), DAMAGED, "4294967295 blocks"),
    ("has its table beyond its end", _header({16: be64(2**40)}), DAMAGED, "table of blocks"),
    ("has a block beyond its end", _plain({_BLOCK_TABLE: be32(2**30)}), DAMAGED, "sector 1073741824"),
    (
        "is larger than its table",
        _footer({28: b"win ", 48: be64(2**50)}),
        DAMAGED,
        "for 1125899906842624 bytes",
    ),
    (
        "is larger by its geometry",
        _footer({56: be16(65535) + b"\x10\xff", 48: be64(2**50)}),
        DAMAGED,
        "blocks of",
    ),
    ("is cut off", _plain({}, 300), DAMAGED, "300 bytes"),
    ("holds less than it says", _fixed_footer({28: b"win ", 48: be64(2**30)}), DAMAGED, "1073741824"),
    (
        "is a text",
        lambda workshop: workshop.file(b"hello\n" * 1000),
        RefusalCode.FORMAT_MISMATCH,
        "content is raw",
    ),
)

_REGIONS, _METADATA_AT = 192 * _KIB, 2 * 2**20
_PARENT = UUID("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C").bytes_le
_HEADER_1, _HEADER_2 = 64 * _KIB, 128 * _KIB


def _vhdx(changes, length=None):
    return lambda workshop: workshop.changed(workshop.sound(VHDX), changes, length)


def _regions(changes):
    shifted = {offset + _REGIONS: content for offset, content in changes.items()}
    return lambda workshop: summed_vhdx(workshop.changed(workshop.sound(VHDX), shifted), _REGIONS, 64 * _KIB)


def _metadata(make_changes):
    """The region of metadata is changed by what ``make_changes`` answers for it."""

    def make(workshop: Workshop):
        sound = workshop.sound(VHDX)
        content = sound.read_bytes()
        at = content.index(b"metadata")
        changes = make_changes(content[at:])
        return workshop.changed(sound, {at + offset: piece for offset, piece in changes.items()})

    return make


def _item(region: bytes, key: str) -> tuple[int, int]:
    """Where the entry of an item lies, and where its value."""
    entry = region.index(UUID(key).bytes_le)
    return entry, int.from_bytes(region[entry + 16 : entry + 20], "little")


_PARAMETERS = "CAA16737-FA36-4D43-B3B6-33F0AA44E76B"
_SIZE = "2FA54224-CD1B-4876-B211-5DBED83BF4B8"
_SECTOR = "8141BF1D-A96F-4709-BA47-F233A8FAAB5F"
_PHYSICAL = "CDA348C7-445D-4471-9CC9-E9885251C556"


def _value(key, content, shift=0):
    return _metadata(lambda region: {_item(region, key)[1] + shift: content})


def _entry(key, content, shift=0):
    return _metadata(lambda region: {_item(region, key)[0] + shift: content})


def _log(workshop: Workshop):
    """Both headers say that the log is to be played back first."""
    path = workshop.changed(workshop.sound(VHDX), {at + 48: b"L" * 16 for at in (_HEADER_1, _HEADER_2)})
    for at in (_HEADER_1, _HEADER_2):
        summed_vhdx(path, at, 4 * _KIB)
    return path


def _version(workshop: Workshop):
    path = workshop.changed(workshop.sound(VHDX), {at + 66: le16(9) for at in (_HEADER_1, _HEADER_2)})
    for at in (_HEADER_1, _HEADER_2):
        summed_vhdx(path, at, 4 * _KIB)
    return path


VHDX_CASES = (
    ("says that it has a parent", _value(_PARAMETERS, le32(2), 4), BACKING, "differencing"),
    ("says where to find a parent", _entry(_PHYSICAL, _PARENT), BACKING, "differencing"),
    ("has no header", _vhdx({_HEADER_1: b"xxxx", _HEADER_2: b"xxxx"}), DAMAGED, "neither of its two headers"),
    (
        "has headers with wrong check sums",
        _vhdx({_HEADER_1 + 4: le32(1), _HEADER_2 + 4: le32(1)}),
        DAMAGED,
        "neither",
    ),
    ("was not closed", _log, RefusalCode.NOT_CLOSED, "log is not empty"),
    ("is of version 9", _version, FEATURE, "version 9"),
    ("has a wrong check sum of its regions", _vhdx({_REGIONS + 4: le32(1)}), DAMAGED, "table of regions"),
    ("has millions of regions", _regions({8: le32(2**24)}), DAMAGED, "16777216 entries"),
    ("has no regions", _regions({8: le32(0)}), DAMAGED, "lacks the metadata"),
    (
        "needs an unknown region",
        _regions({16: uuid4().bytes, 44: le32(1)}),
        FEATURE,
        "region that is unknown",
    ),
    ("has a region beyond its end", _regions({32: le64(2**40)}), DAMAGED, "is not within"),
    ("has a region over its headers", _regions({32: le64(0)}), DAMAGED, "is not within"),
    ("has a region of 4 GiB", _regions({40: le32(0xFFFFFFFF)}), DAMAGED, "is not within"),
    ("has metadata without mark", _metadata(lambda region: {0: b"nonsense"}), DAMAGED, "lack their mark"),
    ("has thousands of metadata", _metadata(lambda region: {10: le16(0xFFFF)}), DAMAGED, "65535 entries"),
    ("has no metadata", _metadata(lambda region: {10: le16(0)}), DAMAGED, "lack its size"),
    (
        "needs unknown metadata",
        _metadata(
            lambda region: {
                _item(region, _PHYSICAL)[0]: uuid4().bytes,
                _item(region, _PHYSICAL)[0] + 24: le32(4),
            }
        ),
        FEATURE,
        "unknown",
    ),
    ("says its size twice", _entry(_PHYSICAL, UUID(_SIZE).bytes_le), FEATURE, "twice"),
    ("has metadata beyond its end", _entry(_SIZE, le32(0xFFFFFFF0), 16), DAMAGED, "metadata"),
    ("has blocks of 3 MiB", _value(_PARAMETERS, le32(3 * 2**20)), DAMAGED, "3145728 bytes"),
    ("has blocks of nothing", _value(_PARAMETERS, le32(0)), DAMAGED, "0 bytes"),
    ("has sectors of 1 KiB", _value(_SECTOR, le32(1024)), DAMAGED, "1024 bytes"),
    ("is a pebibyte", _value(_SIZE, le64(2**50)), DAMAGED, "table of blocks"),
    ("is no multiple of its sectors", _value(_SIZE, le64(8 * 2**20 + 1)), DAMAGED, "8388609"),
    ("is a disk of nothing", _value(_SIZE, le64(0)), DAMAGED, "0 bytes"),
    ("is cut off", _vhdx({}, 100 * _KIB), DAMAGED, "102400 bytes"),
    ("is a VHD", lambda workshop: workshop.sound(VPC), RefusalCode.FORMAT_MISMATCH, "content is vpc"),
)
_SMALL = ImageLimits(virtual_size_bytes=2**20)
HOSTILE = (
    *(Hostile(what, VPC, make, code, words) for what, make, code, words in VHD_CASES),
    *(Hostile(what, VHDX, make, code, words) for what, make, code, words in VHDX_CASES),
    *(
        Hostile(
            "is larger than this place allows",
            each,
            lambda workshop, each=each: workshop.sound(each),
            RefusalCode.TOO_LARGE,
            "are the most",
            _SMALL,
        )
        for each in (VPC, VHDX)
    ),
)
