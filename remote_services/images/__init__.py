"""Images and packages that nobody vouches for: inspected before any tool opens them, worked on in a sandbox.

A library for the managers; it knows no messages and keeps nothing. ``qemu_img`` and ``sandbox`` are
imported by themselves.
"""

from remote_services.images.facts import ImageFacts, ImageLimits, Subformat
from remote_services.images.inspection import detect_format, inspect_image
from remote_services.images.ova import (
    PackageLimits,
    ReceivedDisk,
    ReceivedPackage,
    package_size_bytes,
    read_loose_package,
    receive_package,
    write_package,
)
from remote_services.images.ovf import (
    DiskController,
    PackageDisk,
    PackageFacts,
    PackageNic,
    PackageProperty,
    read_envelope,
    write_envelope,
)
from remote_services.images.refusal import ImageRefused, RefusalCode

__all__ = [
    "DiskController",
    "ImageFacts",
    "ImageLimits",
    "ImageRefused",
    "PackageDisk",
    "PackageFacts",
    "PackageLimits",
    "PackageNic",
    "PackageProperty",
    "ReceivedDisk",
    "ReceivedPackage",
    "RefusalCode",
    "Subformat",
    "detect_format",
    "inspect_image",
    "package_size_bytes",
    "read_envelope",
    "read_loose_package",
    "receive_package",
    "write_envelope",
    "write_package",
]
