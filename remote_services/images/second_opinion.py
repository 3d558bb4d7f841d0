"""Asks OpenStack's inspectors of the same file: what they see in it, and whether they think it safe.

They are fed a bounded part of its beginning and its end, so a file of any size takes the same time.
"""

import struct
from contextlib import suppress

from oslo_utils.imageutils import format_inspector

from contracts.vocabulary import DiskFormat
from remote_services.images.reading import ImageFile
from remote_services.images.refusal import ImageRefused, RefusalCode

_HEAD_BYTES = 2**20 + 64 * 1024
_TAIL_BYTES = 1536
_CHUNK_BYTES = 64 * 1024
_NAMES = {"vhd": DiskFormat.VPC, "gpt": DiskFormat.RAW, "iso": DiskFormat.RAW}
_CHECKED = (DiskFormat.QCOW2, DiskFormat.VMDK)
_CODES = {
    "backing_file": RefusalCode.BACKING_FILE,
    "data_file": RefusalCode.EXTERNAL_DATA,
    "unknown_features": RefusalCode.UNSUPPORTED_FEATURE,
    "descriptor": RefusalCode.FOREIGN_EXTENT,
    "footer": RefusalCode.DAMAGED_HEADER,
}
# What an inspector raises for a file that is not of its format; it then only does not match.
_NO_MATCH = (
    format_inspector.ImageFormatError, struct.error,
    AttributeError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


def ask(image: ImageFile, declared: DiskFormat) -> None:
    """Raises ImageRefused where they see another format, several formats, or danger."""
    pieces = _pieces(image)
    seen = {}
    for name, inspector_class in format_inspector.ALL_FORMATS.items():
        inspector = _fed(inspector_class(), pieces)
        if name != "raw" and _matches(inspector):
            seen[_NAMES.get(name, name)] = inspector
    # A fixed VHD is a raw disk with something at its end, where they do not look.
    allowed = {declared, DiskFormat.RAW} if declared is DiskFormat.VPC else {declared}
    if seen.keys() - allowed:
        raise ImageRefused(
            RefusalCode.FORMAT_MISMATCH,
            f"It was announced as {declared}, but it can also be read as {', '.join(sorted(seen))}.",
        )
    if declared in _CHECKED:
        _require_safe(seen.get(declared), declared)


def _pieces(image: ImageFile) -> list[bytes]:
    head_bytes = min(_HEAD_BYTES, image.size_bytes)
    pieces = [image.up_to(offset, _CHUNK_BYTES) for offset in range(0, head_bytes, _CHUNK_BYTES)]
    tail_at = max(image.size_bytes - _TAIL_BYTES, len(pieces) * _CHUNK_BYTES)
    if tail_at < image.size_bytes:
        pieces.append(image.up_to(tail_at, _TAIL_BYTES))
    return pieces


def _fed(inspector: format_inspector.FileInspector, pieces: list[bytes]) -> format_inspector.FileInspector:
    with suppress(*_NO_MATCH):
        for piece in pieces:
            inspector.eat_chunk(piece)
    inspector.finish()
    return inspector


def _matches(inspector: format_inspector.FileInspector) -> bool:
    try:
        return bool(inspector.format_match)
    except _NO_MATCH:
        return False


def _require_safe(inspector: format_inspector.FileInspector | None, declared: DiskFormat) -> None:
    if inspector is None:
        raise ImageRefused(RefusalCode.FORMAT_MISMATCH, f"It was announced as {declared}, and is not.")
    try:
        inspector.safety_check()
    except format_inspector.SafetyCheckFailed as error:
        name, reason = next(iter(error.failures.items()))
        raise ImageRefused(
            _CODES.get(name, RefusalCode.UNSUPPORTED_FEATURE), f"It is not safe: {reason}."
        ) from error
    except _NO_MATCH as error:
        raise ImageRefused(RefusalCode.DAMAGED_HEADER, f"It is damaged: {error}.") from error
