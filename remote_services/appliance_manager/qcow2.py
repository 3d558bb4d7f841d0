"""Reads the header of a qcow2 file without opening anything it refers to."""

import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"QFI\xfb"
_VERSION_2_FIELDS = struct.Struct(
    ">4sIQIIQ"
)  # magic, version, backing offset, its length, cluster bits, size
_INCOMPATIBLE_FEATURES_OFFSET = 72
_EXTERNAL_DATA_FILE_BIT = 1 << 2
_LONGEST_BACKING_NAME = 1023
_VERSION_WITHOUT_FEATURES = 2
_VERSION_WITH_FEATURES = 3


class NotQcow2(ValueError):
    """The file does not begin with a qcow2 header of version 2 or 3."""


@dataclass(frozen=True)
class Header:
    virtual_size_bytes: int
    backing_file: str
    has_external_data_file: bool


def read_header(path: Path) -> Header:
    """Raises NotQcow2, OSError."""
    with path.open("rb") as file:
        start = file.read(_INCOMPATIBLE_FEATURES_OFFSET + 8)
        if len(start) < _INCOMPATIBLE_FEATURES_OFFSET + 8:
            raise NotQcow2("it is too short")
        magic, version, name_offset, name_length, _, size_bytes = _VERSION_2_FIELDS.unpack_from(start)
        known = version in (_VERSION_WITHOUT_FEATURES, _VERSION_WITH_FEATURES)
        if magic != MAGIC or not known or name_length > _LONGEST_BACKING_NAME:
            raise NotQcow2("its header is not one of version 2 or 3")
        backing_file = ""
        if name_offset:
            file.seek(name_offset)
            backing_file = file.read(name_length).decode(errors="surrogateescape")
    features = int.from_bytes(start[_INCOMPATIBLE_FEATURES_OFFSET:], "big")
    has_data_file = version == _VERSION_WITH_FEATURES and bool(features & _EXTERNAL_DATA_FILE_BIT)
    return Header(size_bytes, backing_file, has_data_file)
