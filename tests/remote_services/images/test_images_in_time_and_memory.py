"""However large an image and its tables are, looking into it takes little memory and does not read it all."""

import tracemalloc

import pytest

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageLimits, ImageRefused, inspect_image
from remote_services.images.reading import MOST_BYTES_READ
from tests.remote_services.images.making import MIB, be32, be64, le32, le64

PLENTY = ImageLimits(virtual_size_bytes=2**60, file_size_bytes=2**60)


def huge_qcow2(workshop):
    """The largest first table that QEMU takes: 32 MiB for 2 PiB in clusters of 64 KiB."""
    changes = {24: be64(2**51), 36: be32(2**22), 40: be64(MIB)}
    return workshop.changed(workshop.sound(DiskFormat.QCOW2), changes, length=64 * MIB)


def huge_vdi(workshop):
    """16 TiB, whose map has 64 MiB."""
    changes = {340: le32(MIB), 344: le32(128 * MIB), 368: le64(2**44), 384: le32(2**24)}
    return workshop.changed(workshop.sound(DiskFormat.VDI), changes, length=128 * MIB)


def large_raw(workshop):
    """Takes no room on the disk of the test."""
    return workshop.changed(workshop.sound(DiskFormat.RAW), {}, length=2**40)


@pytest.mark.parametrize(
    ("make", "disk_format"),
    [(huge_qcow2, DiskFormat.QCOW2), (huge_vdi, DiskFormat.VDI), (large_raw, DiskFormat.RAW)],
)
def test_memory_does_not_grow_with_an_image(workshop, make, disk_format):
    path = make(workshop)
    tracemalloc.start()
    try:
        inspect_image(path, disk_format, PLENTY)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 16 * MIB


def test_no_more_is_read_than_the_bound_whatever_a_header_says(workshop):
    """A fixed VHDX of zeroes could be read for ever; its regions are looked at in one place each."""
    path = workshop.changed(workshop.sound(DiskFormat.VMDK), {512: b"#" * MIB}, length=MOST_BYTES_READ * 4)
    with pytest.raises(ImageRefused):
        inspect_image(path, DiskFormat.VMDK)
