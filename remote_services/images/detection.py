"""What a file is, by its marks: among the formats we take, and those that other tools would see in it."""

from contracts.vocabulary import DiskFormat
from remote_services.images.formats import qcow2, vdi, vhd, vhdx, vmdk
from remote_services.images.formats.vmdk_descriptor import looks_like_descriptor
from remote_services.images.reading import ImageFile

_SECTOR_BYTES = 512
_STARTS = {
    qcow2.MAGIC: DiskFormat.QCOW2,
    vmdk.MAGIC: DiskFormat.VMDK,
    vhd.COOKIE: DiskFormat.VPC,
    vhdx.MAGIC: DiskFormat.VHDX,
}
_FOREIGN_STARTS = {
    b"QED\0": "qed",
    b"COWD": "vmdk of version 3",
    b"LUKS\xba\xbe": "luks",
    b"WithoutFreeSpace": "parallels",
    b"WithouFreSpacExt": "parallels",
    b"Bochs Virtual HD Image": "bochs",
    b"#!/bin/sh\n#V2.0 Format": "cloop",
    b"OOOM": "user mode linux cow",
}
_FOREIGN_END = {b"koly": "dmg"}


def detect(image: ImageFile) -> DiskFormat | str:
    """One of our formats, RAW where no mark is known, or the name of a format that is not taken."""
    start = image.up_to(0, _SECTOR_BYTES)
    for mark, found in (_STARTS | _FOREIGN_STARTS).items():
        if start.startswith(mark):
            return found
    if start[vdi.SIGNATURE_AT :].startswith(vdi.SIGNATURE):
        return DiskFormat.VDI
    if looks_like_descriptor(start):
        return DiskFormat.VMDK
    return _by_its_end(image)


def _by_its_end(image: ImageFile) -> DiskFormat | str:
    end = image.up_to(max(image.size_bytes - _SECTOR_BYTES, 0), _SECTOR_BYTES)
    if end.startswith(vhd.COOKIE):
        return DiskFormat.VPC
    return next((name for mark, name in _FOREIGN_END.items() if end.startswith(mark)), DiskFormat.RAW)
