"""Images as tools make them are taken, and described as QEMU describes them."""

import itertools
import subprocess

import pytest

from contracts.vocabulary import DiskFormat
from remote_services.images import Subformat, detect_format, inspect_image
from tests.remote_services.images.hostile_vmdk import with_footer
from tests.remote_services.images.making import MIB, be64, described, qemu_img, summed_vhd

QCOW2, RAW, VDI, VHDX, VMDK, VPC = (
    DiskFormat.QCOW2, DiskFormat.RAW, DiskFormat.VDI, DiskFormat.VHDX, DiskFormat.VMDK, DiskFormat.VPC,
)  # fmt: skip
VARIANTS = (
    (RAW, (), Subformat.PLAIN),
    (QCOW2, (), Subformat.SPARSE),
    (QCOW2, ("compat=0.10",), Subformat.SPARSE),
    (QCOW2, ("compression_type=zstd",), Subformat.SPARSE),
    (QCOW2, ("cluster_size=512",), Subformat.SPARSE),
    (QCOW2, ("cluster_size=2M",), Subformat.SPARSE),
    (QCOW2, ("refcount_bits=64",), Subformat.SPARSE),
    (QCOW2, ("lazy_refcounts=on",), Subformat.SPARSE),
    (QCOW2, ("preallocation=falloc",), Subformat.FLAT),
    (VMDK, (), Subformat.SPARSE),
    (VMDK, ("subformat=monolithicSparse",), Subformat.SPARSE),
    (VMDK, ("subformat=streamOptimized",), Subformat.STREAM_OPTIMIZED),
    (VMDK, ("adapter_type=lsilogic",), Subformat.SPARSE),
    (VPC, (), Subformat.SPARSE),
    (VPC, ("force_size=on",), Subformat.SPARSE),
    (VPC, ("subformat=fixed",), Subformat.FLAT),
    (VPC, ("subformat=fixed", "force_size=on"), Subformat.FLAT),
    (VDI, (), Subformat.SPARSE),
    (VDI, ("static=on",), Subformat.FLAT),
    (VHDX, (), Subformat.SPARSE),
    (VHDX, ("subformat=fixed",), Subformat.FLAT),
    (VHDX, ("block_size=1M",), Subformat.SPARSE),
    (VHDX, ("block_size=256M",), Subformat.SPARSE),
)
SIZES = ("1M", "8M", "9000K", "3G")


def is_tried(options: tuple[str, ...], size: str) -> bool:
    """Not what would take much room; and a qcow2 smaller than its tables counts as flat."""
    if options == ("cluster_size=2M",):
        return size == "3G"
    return size != "3G" or not {"preallocation=falloc", "static=on", "subformat=fixed"} & set(options)


CASES = [
    (disk_format, options, subformat, size)
    for (disk_format, options, subformat), size in itertools.product(VARIANTS, SIZES)
    if is_tried(options, size)
]


def with_content(path, disk_format):
    """Some data at the beginning, in the middle and at the end."""
    size_bytes = described(path, disk_format)["virtual-size"]
    for offset in (0, size_bytes // 2 // 512 * 512, size_bytes - 512):
        command = ["qemu-io", "-f", disk_format, "-c", f"write -P 85 {offset} 512", path]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


@pytest.mark.parametrize(("disk_format", "options", "subformat", "size"), CASES)
def test_an_image_by_qemu_img_is_taken_with_its_size_and_subformat(
    workshop, disk_format, options, subformat, size
):
    path = workshop.sound(disk_format, *options, size=size)
    facts = inspect_image(path, disk_format)
    assert (facts.format, facts.subformat) == (disk_format, subformat)
    assert facts.virtual_size_bytes == described(path, disk_format)["virtual-size"]
    assert facts.file_size_bytes == path.stat().st_size
    assert detect_format(path) is disk_format


@pytest.mark.parametrize("disk_format", DiskFormat)
def test_an_image_with_data_is_taken(workshop, disk_format):
    path = with_content(workshop.made(disk_format, size="24M"), disk_format)
    assert inspect_image(path, disk_format).virtual_size_bytes >= 24 * MIB


@pytest.mark.parametrize(
    ("disk_format", "options"),
    [(QCOW2, ()), (QCOW2, ("-o", "compression_type=zstd")), (VMDK, ("-o", "subformat=streamOptimized"))],
)
def test_a_compressed_image_is_taken(workshop, disk_format, options):
    raw = with_content(workshop.made(RAW, size="24M"), RAW)
    path = workshop.folder / "compressed"
    compress = () if disk_format is VMDK else ("-c",)
    qemu_img("convert", "-f", "raw", "-O", disk_format, *compress, *options, raw, path)
    assert inspect_image(path, disk_format).virtual_size_bytes == 24 * MIB


@pytest.mark.parametrize(
    "creator", [b"win ", b"qem2", b"d2v ", b"tap\0", b"CTXS", b"wa\0\0", b"vpc ", b"vs  ", b"vbox", b"qemu"]
)
def test_a_vhd_is_as_large_as_qemu_makes_it_for_the_tool_that_wrote_it(workshop, creator):
    """Some tools' disks have the size that is written down, others' that of their geometry."""
    path = workshop.changed(workshop.sound(VPC, size="9000K"), {28: creator, 48: be64(9000 * 1024)})
    summed_vhd(path, 0, 512, 64)
    assert inspect_image(path, VPC).virtual_size_bytes == described(path, VPC)["virtual-size"]


def test_a_stream_optimised_image_with_a_footer_is_taken(workshop):
    path = with_footer(workshop)
    assert inspect_image(path, VMDK).subformat is Subformat.STREAM_OPTIMIZED


def test_a_descriptor_as_vmware_writes_it_is_taken(workshop):
    lines = (
        '# Disk DescriptorFile\nversion=1\nencoding="windows-1252"\nCID=a5d8e4c1\nparentCID=ffffffff\n'
        'isNativeSnapshot="no"\ncreateType="streamOptimized"\n\n# Extent description\n'
        'RDONLY 16384 SPARSE "generated-stream.vmdk"\n\n# The Disk Data Base\n#DDB\n\n'
        'ddb.adapterType = "lsilogic"\nddb.geometry.cylinders = "1"\nddb.virtualHWVersion = "7"\n'
    )
    sound = workshop.sound(VMDK, "subformat=streamOptimized")
    path = workshop.changed(sound, {512: lines.encode().ljust(20 * 512, b"\0")})
    assert inspect_image(path, VMDK).virtual_size_bytes == 8 * MIB


def test_a_raw_disk_with_a_partition_table_is_as_large_as_its_file(workshop):
    entry = bytes([0x80, 0, 2, 0, 0x83, 0, 0, 0]) + (2048).to_bytes(4, "little") + (100).to_bytes(4, "little")
    path = workshop.changed(workshop.sound(RAW), {446: entry, 510: b"\x55\xaa"})
    assert inspect_image(path, RAW).virtual_size_bytes == 8 * MIB


@pytest.mark.parametrize("mark", [b"\x01CD001\x01", b"\x00BEA01\x01"])
def test_a_cd_is_raw_and_called_so(workshop, mark):
    path = workshop.changed(workshop.sound(RAW), {32 * 1024: mark})
    assert inspect_image(path, RAW).subformat is Subformat.ISO


def test_a_file_system_without_partitions_is_a_raw_disk(workshop):
    path = workshop.made(RAW)
    subprocess.run(["mkfs.ext4", "-q", "-F", path], check=True, capture_output=True, timeout=60)
    assert inspect_image(path, RAW).virtual_size_bytes == 8 * MIB


def test_names_with_spaces_and_options_in_them_are_only_names(workshop):
    sound = workshop.sound(QCOW2)
    path = workshop.file(sound.read_bytes(), "-f raw,if=none json:{x}.qcow2")
    assert inspect_image(path, QCOW2).format is QCOW2
