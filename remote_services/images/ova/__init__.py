"""Packages in one file (OVA): a tar read as a stream with suspicion, and written as one."""

from remote_services.images.ova.loose import read_loose_package
from remote_services.images.ova.receiving import (
    PackageLimits,
    ReceivedDisk,
    ReceivedPackage,
    receive_package,
)
from remote_services.images.ova.writing import package_size_bytes, write_package

__all__ = [
    "PackageLimits",
    "ReceivedDisk",
    "ReceivedPackage",
    "package_size_bytes",
    "read_loose_package",
    "receive_package",
    "write_package",
]
