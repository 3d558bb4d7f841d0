"""Formats of disks in the dialect's words, which tell the layout too: ``QCOW2_SPARSE``, ``VHD_FLAT``."""

from contracts.vocabulary import DiskFormat, DiskVariant
from core.api.listing import words

_STEMS = {
    DiskFormat.QCOW2: "QCOW2",
    DiskFormat.VMDK: "VMDK",
    DiskFormat.VDI: "VDI",
    DiskFormat.VPC: "VHD",
    DiskFormat.VHDX: "VHDX",
}
_ENDINGS = {
    DiskVariant.PLAIN: "SPARSE",
    DiskVariant.FLAT: "FLAT",
    DiskVariant.STREAM_OPTIMIZED: "STREAM_OPTIMIZED",
}
_MEANT = {
    f"{stem}_{ending}": (each, variant)
    for each, stem in _STEMS.items()
    for variant, ending in _ENDINGS.items()
    if variant is not DiskVariant.STREAM_OPTIMIZED or each is DiskFormat.VMDK
} | {"RAW": (DiskFormat.RAW, DiskVariant.PLAIN)}
_SHORT = {stem: each for each, stem in _STEMS.items()}


def dialect_format(name: str, variant: str = "") -> str:
    """The dialect's word for a format of ours and its layout."""
    if name == DiskFormat.RAW:
        return "RAW"
    stem = _STEMS.get(name)
    return f"{stem}_{_ENDINGS[DiskVariant(variant)]}" if stem else "UNKNOWN"


def meant_by(word: str) -> tuple[DiskFormat, DiskVariant] | None:
    """Our format and layout for one of the dialect's words; None for a word that names none of ours."""
    return _MEANT.get(word.strip().upper())


def formats_named(text: str) -> list[str]:
    """Our formats for a comma separated list of the dialect's words; unknown words name none."""
    known = _SHORT | {word: meant[0] for word, meant in _MEANT.items()}
    return [known[word].value for word in words(text) if word in known]
