"""Reads the text in which a VMDK says of what it consists; a line that is not understood is refused."""

import re
from dataclasses import dataclass

from remote_services.images.refusal import ImageRefused, RefusalCode

_FIRST_LINE = b"# disk descriptorfile"
_NO_PARENT = "ffffffff"
_KEYS = {
    "version", "encoding", "cid", "parentcid", "createtype", "isnativesnapshot",
}  # fmt: skip
_FIELD = re.compile(r'([a-z]+)\s*=\s*"?([^"]*)"?$')
_EXTENT = re.compile(r'(rw|rdonly)\s+(\d{1,18})\s+(\w+)\s+"([^"/\\]+)"$')
_ANY_EXTENT = re.compile(r"(rw|rdonly|noaccess)\s")
_VERSION = re.compile(rb"version\s*=\s*\d+$")
_PARENT = b"parentfilenamehint"


@dataclass(frozen=True)
class Descriptor:
    create_type: str
    extent_sectors: int


def looks_like_descriptor(start: bytes) -> bool:
    """Whether a file that begins like this is a descriptor alone, by the rule QEMU goes by: after
    comments and empty lines comes a version."""
    for line in start.lower().split(b"\n"):
        text = line.strip()
        if text.startswith(_FIRST_LINE):
            return True
        if text and not text.startswith(b"#"):
            return bool(_VERSION.match(text))
    return False


def read_descriptor(region: bytes) -> Descriptor:
    """Raises ImageRefused for every reference to another file and for every line that is unknown."""
    if _PARENT in region.lower():
        raise _backed("it names a parent")
    fields: dict[str, str] = {}
    extents: list[int] = []
    for line in _lines(region):
        if _ANY_EXTENT.match(line):
            extents.append(_extent_sectors(line))
        else:
            _take_field(line, fields)
    if fields.get("parentcid", _NO_PARENT) != _NO_PARENT:
        raise _backed(f"its parent has the number {fields['parentcid'][:20]!r}")
    if len(extents) != 1:
        raise ImageRefused(
            RefusalCode.FOREIGN_EXTENT, f"Its descriptor names {len(extents)} extents; exactly 1 is taken."
        )
    return Descriptor(fields.get("createtype", ""), extents[0])


def _lines(region: bytes) -> list[str]:
    try:
        text = region.partition(b"\0")[0].decode().lower()
    except UnicodeDecodeError as error:
        raise ImageRefused(
            RefusalCode.DAMAGED_HEADER, f"Its descriptor is no text from byte {error.start} on."
        ) from error
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and not line.startswith(("#", "ddb."))]


def _extent_sectors(line: str) -> int:
    extent = _EXTENT.match(line)
    if extent is None or extent[3] != "sparse":
        raise ImageRefused(
            RefusalCode.FOREIGN_EXTENT, f"Its descriptor names data outside of it: {line[:80]!r}."
        )
    return int(extent[2])


def _take_field(line: str, fields: dict[str, str]) -> None:
    field = _FIELD.match(line)
    if field is None or field[1] not in _KEYS:
        raise ImageRefused(
            RefusalCode.EXTERNAL_DATA, f"Its descriptor has a line that is not understood: {line[:80]!r}."
        )
    if field[1] in fields:
        raise ImageRefused(RefusalCode.DAMAGED_HEADER, f"Its descriptor says {field[1]!r} twice.")
    fields[field[1]] = field[2]


def _backed(how: str) -> ImageRefused:
    return ImageRefused(
        RefusalCode.BACKING_FILE, f"It lies over another file ({how}); an image must stand alone."
    )
