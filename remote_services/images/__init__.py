"""Images and packages that nobody vouches for: inspected before any tool opens them, worked on in a sandbox.

A library for the managers; it knows no messages and keeps nothing.
"""

from remote_services.images.facts import ImageFacts, ImageLimits, Subformat
from remote_services.images.inspection import detect_format, inspect_image
from remote_services.images.refusal import ImageRefused, RefusalCode

__all__ = [
    "ImageFacts",
    "ImageLimits",
    "ImageRefused",
    "RefusalCode",
    "Subformat",
    "detect_format",
    "inspect_image",
]
