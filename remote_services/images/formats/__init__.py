"""What the formats' headers say: one module a format, and which of them a file is."""

from collections.abc import Callable

from contracts.vocabulary import DiskFormat
from remote_services.images.facts import Layout
from remote_services.images.formats import qcow2, raw, vdi, vhd, vhdx, vmdk
from remote_services.images.reading import ImageFile

READERS: dict[DiskFormat, Callable[[ImageFile], Layout]] = {
    DiskFormat.RAW: raw.read_layout,
    DiskFormat.QCOW2: qcow2.read_layout,
    DiskFormat.VMDK: vmdk.read_layout,
    DiskFormat.VDI: vdi.read_layout,
    DiskFormat.VPC: vhd.read_layout,
    DiskFormat.VHDX: vhdx.read_layout,
}
