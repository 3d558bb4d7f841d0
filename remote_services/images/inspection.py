"""Decides whether an image may be used, before any tool opens it: by reading its headers only.

No other file is opened whatever the headers say, and the time does not grow with the file.
"""

from pathlib import Path

from contracts.vocabulary import DiskFormat
from remote_services.images import detection, second_opinion
from remote_services.images.facts import ImageFacts, ImageLimits, Layout
from remote_services.images.formats import READERS
from remote_services.images.reading import ImageFile, opened
from remote_services.images.refusal import ImageRefused, RefusalCode


def inspect_image(path: Path, declared: DiskFormat, limits: ImageLimits | None = None) -> ImageFacts:
    """What the image at ``path`` is. Raises ImageRefused unless it is of the declared format, stands
    alone and keeps to the limits; OSError."""
    limits = limits or ImageLimits()
    with opened(path) as image:
        _check_file_size(image, limits)
        found = detection.detect(image)
        if found != declared:
            raise ImageRefused(
                RefusalCode.FORMAT_MISMATCH, f"It was announced as {declared}, but its content is {found}."
            )
        layout = READERS[declared](image)
        _check_virtual_size(layout, limits)
        second_opinion.ask(image, declared)
        return ImageFacts(declared, layout.subformat, layout.virtual_size_bytes, image.size_bytes)


def detect_format(path: Path) -> DiskFormat:
    """The format to announce for a file nobody announced one for, such as an upload. What it answers
    is stored and given to :func:`inspect_image`; never ask again. Raises ImageRefused, OSError."""
    with opened(path) as image:
        found = detection.detect(image)
    if isinstance(found, DiskFormat):
        return found
    raise ImageRefused(RefusalCode.UNKNOWN_FORMAT, f"Its content is {found}, which is not taken.")


def _check_file_size(image: ImageFile, limits: ImageLimits) -> None:
    if not image.size_bytes:
        raise ImageRefused(RefusalCode.DAMAGED_HEADER, "It is empty.")
    if image.size_bytes > limits.file_size_bytes:
        raise _too_large("It", image.size_bytes, limits.file_size_bytes)


def _check_virtual_size(layout: Layout, limits: ImageLimits) -> None:
    if not layout.virtual_size_bytes:
        raise ImageRefused(RefusalCode.DAMAGED_HEADER, "It is a disk of 0 bytes.")
    if layout.virtual_size_bytes > limits.virtual_size_bytes:
        raise _too_large("Its disk", layout.virtual_size_bytes, limits.virtual_size_bytes)


def _too_large(what: str, size_bytes: int, most_bytes: int) -> ImageRefused:
    return ImageRefused(
        RefusalCode.TOO_LARGE,
        f"{what} has {size_bytes / 2**30:.1f} GiB; {most_bytes / 2**30:.1f} GiB are the most.",
    )
