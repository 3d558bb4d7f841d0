"""What inspection learns of an image, and the bounds it holds images to."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.vocabulary import DiskFormat, DiskVariant

TIB = 2**40


class Subformat(StrEnum):
    """How a format lays out its data; PLAIN where it makes no difference."""

    PLAIN = ""
    FLAT = "flat"
    SPARSE = "sparse"
    STREAM_OPTIMIZED = "stream_optimized"
    ISO = "iso"


@dataclass(frozen=True)
class ImageFacts:
    """``virtual_size_bytes`` is what a guest sees, as QEMU counts it."""

    format: DiskFormat
    subformat: Subformat
    virtual_size_bytes: int
    file_size_bytes: int

    @property
    def variant(self) -> DiskVariant:
        """The layout as the server knows it: what grows is nothing special."""
        known = {Subformat.FLAT: DiskVariant.FLAT, Subformat.STREAM_OPTIMIZED: DiskVariant.STREAM_OPTIMIZED}
        return known.get(self.subformat, DiskVariant.PLAIN)


@dataclass(frozen=True)
class ImageLimits:
    """The most an image may have."""

    virtual_size_bytes: int = 16 * TIB
    file_size_bytes: int = 16 * TIB


@dataclass(frozen=True)
class Layout:
    """What the header of one format says."""

    subformat: Subformat
    virtual_size_bytes: int
