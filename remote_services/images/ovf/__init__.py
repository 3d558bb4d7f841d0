"""OVF descriptors, which say of what machine a package is: read with suspicion, written plainly."""

from remote_services.images.ovf.facts import (
    DiskController,
    PackageDisk,
    PackageFacts,
    PackageNic,
    PackageProperty,
)
from remote_services.images.ovf.reading import read_envelope
from remote_services.images.ovf.writing import write_envelope

__all__ = [
    "DiskController",
    "PackageDisk",
    "PackageFacts",
    "PackageNic",
    "PackageProperty",
    "read_envelope",
    "write_envelope",
]
