"""The fuzz run: whatever is changed in an image or a package, it is taken or refused, quickly, with no
other file opened; and what is taken is nothing by which QEMU would open another one."""

import io
import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.vocabulary import DiskFormat
from remote_services.images import (
    ImageLimits,
    ImageRefused,
    inspect_image,
    qemu_img,
    read_envelope,
    receive_package,
)
from remote_services.images.qemu_img import Source
from tests.remote_services.images.hostile_tars import packed, sound_members
from tests.remote_services.images.hostile_vmdk import with_footer
from tests.remote_services.images.making import MIB, summed_vhd, summed_vhdx
from tests.remote_services.images.test_packages import VMWARE
from tests.remote_services.images.watching import opened_files

fuzzing = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
TIMES_EACH = 25  # changed files for one example, so that most of the time goes into the inspectors
SLOW_TIMES_EACH = 3  # the check sums of VHDX take a while
CROSS_CHECKS = 12
_SUMMED_BYTES = 256 * 1024
LIMITS = ImageLimits(virtual_size_bytes=2**50)
# Where the headers and tables of each format lie; most changes go there.
PLACES = {
    DiskFormat.QCOW2: ((0, 128), (0x30000, 16)),
    DiskFormat.VMDK: ((0, 80), (512, 400), (21 * 512, 512)),
    DiskFormat.VDI: ((64, 400), (512, 64)),
    DiskFormat.VPC: ((0, 96), (512, 100), (1536, 64)),
    DiskFormat.VHDX: ((64 * 1024, 80), (192 * 1024, 96), (2 * MIB, 256)),
    DiskFormat.RAW: ((0, 512), (32 * 1024, 16)),
}
TELLING = (
    b"\0", b"\xff" * 8, b"\0" * 8, b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"/etc/passwd\0", b"\x01", b"QFI\xfb",
    b"KDMV", b"conectix", b"vhdxfile", b'parentFileNameHint="x"', b'\nRW 1 FLAT "/etc/passwd" 0\n', b"CD001",
)  # fmt: skip
OPTIONS = {
    DiskFormat.VMDK: ((), ("subformat=streamOptimized",)),
    DiskFormat.VPC: ((), ("subformat=fixed",)),
    DiskFormat.QCOW2: ((), ("compat=0.10",)),
}


def changes_of(dice: random.Random, disk_format: DiskFormat, size_bytes: int) -> dict[int, bytes]:
    """Some pieces of bytes, mostly where headers lie."""
    changes = {}
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        start, length = dice.choice((*PLACES[disk_format], (0, size_bytes), (size_bytes - 512, 512)))
        piece = dice.choice(TELLING) if dice.random() < 0.5 else dice.randbytes(dice.choice((1, 2, 4, 8)))
        changes[start + dice.randrange(length)] = piece
    return changes


def changed(path, disk_format, changes, dice):
    """Changes the file, and cuts it off at times; answers its length before and what was there."""
    length = path.stat().st_size
    with path.open("r+b") as file:
        before = {}
        for offset, piece in sorted(changes.items()):
            file.seek(offset)
            before[offset] = file.read(len(piece))
            file.seek(offset)
            file.write(piece)
    if dice.random() < 0.8:
        give_sums(path, disk_format)
    if dice.random() < 0.05:
        os.truncate(path, dice.randrange(length))
    return length, before


def give_sums(path, disk_format) -> None:
    """Lets changed headers through to the checks behind their check sums."""
    if disk_format is DiskFormat.VHDX:
        for offset, length in ((64 * 1024, 4096), (128 * 1024, 4096), (192 * 1024, 64 * 1024)):
            summed_vhdx(path, offset, length)
    if disk_format is DiskFormat.VPC and path.stat().st_size < MIB:
        summed_vhd(path, 0, 512, 64)
        summed_vhd(path, 512, 1024, 36)


def look(path, disk_format) -> bool:
    """Whether it is taken. Anything but ImageRefused fails the test."""
    with opened_files() as opened:
        try:
            inspect_image(path, disk_format, LIMITS)
            taken = True
        except ImageRefused as refused:
            assert refused.detail
            taken = False
    assert set(opened) <= {str(path)}
    return taken


def require_alone(path, disk_format) -> None:
    """QEMU itself, which may think the image broken, names no file besides."""
    try:
        description = qemu_img.info(Source(path, disk_format))
    except ImageRefused:
        return
    data = description.details.get("format-specific", {}).get("data", {})
    assert description.backing_file == "" and "data-file" not in data
    assert {extent["filename"] for extent in data.get("extents", [])} <= {qemu_img.SOURCE_PATH}


@pytest.mark.parametrize("disk_format", DiskFormat)
def test_a_changed_image_is_taken_or_refused_and_refers_to_nothing(workshop, count, disk_format):
    sounds = [workshop.sound(disk_format, *options) for options in OPTIONS.get(disk_format, ((),))]
    paths = [workshop.changed(sound, {}) for sound in sounds]
    if disk_format is DiskFormat.VMDK:
        paths.append(workshop.file(with_footer(workshop).read_bytes(), "footer.vmdk"))
        paths[1].write_bytes(sounds[1].read_bytes())
    contents = {path: path.read_bytes() for path in paths}
    left = [CROSS_CHECKS]
    times = SLOW_TIMES_EACH if disk_format is DiskFormat.VHDX else TIMES_EACH

    @fuzzing
    @given(st.integers(0, 2**32))
    def run(seed):
        dice = random.Random(seed)
        for _ in range(times):
            path = dice.choice(paths)
            content = contents[path]
            length, before = changed(path, disk_format, changes_of(dice, disk_format, len(content)), dice)
            taken = look(path, disk_format)
            count("fuzzed")
            if taken and left[0] and before:
                left[0] -= 1
                require_alone(path, disk_format)
            restored(path, content, before, length)

    run()


def restored(path, content, before, length) -> None:
    with path.open("r+b") as file:
        file.write(content if path.stat().st_size < length else content[:_SUMMED_BYTES])
        for offset, piece in before.items():
            file.seek(offset)
            file.write(content[offset : offset + max(len(piece), 32)])
        file.truncate(length)


@fuzzing
@given(st.binary(max_size=2048), st.sampled_from(DiskFormat))
def test_bytes_without_sense_are_taken_or_refused(workshop, count, content, disk_format):
    path = workshop.file(content)
    look(path, disk_format)
    count("fuzzed")


def receive(package: bytes, folder) -> None:
    with opened_files() as opened:
        try:
            for disk in receive_package(io.BytesIO(package), folder).disks:
                disk.path.unlink()
        except ImageRefused as refused:
            assert refused.detail
    assert all(path.startswith(f"{folder}/") for path in opened)
    assert list(folder.iterdir()) == []


def test_a_changed_package_is_taken_or_refused_and_leaves_nothing(workshop, count):
    sound = packed(*sound_members(workshop))
    headers = [0, 512, 1024, 1536, 2048, len(sound) - 20480]

    @fuzzing
    @given(st.integers(0, 2**32))
    def run(seed):
        dice = random.Random(seed)
        for _ in range(TIMES_EACH):
            package = bytearray(sound)
            for _ in range(dice.choice((1, 1, 2, 5))):
                offset = dice.choice(headers) + dice.randrange(512)
                piece = (
                    dice.choice((*TELLING, b"5", b"2", b"x", b"S", b"../"))
                    if dice.random() < 0.6
                    else dice.randbytes(2)
                )
                package[offset : offset + len(piece)] = piece
            for offset in (0, 1024) if dice.random() < 0.8 else ():
                package[offset + 148 : offset + 156] = checked(package[offset : offset + 512])
            receive(bytes(package), workshop.folder)
            count("fuzzed")

    run()


def checked(header: bytes) -> bytes:
    """The check sum that lets a changed header through to the checks behind it."""
    return b"%06o\0 " % (sum(header[:148]) + 8 * ord(" ") + sum(header[156:]))


@fuzzing
@given(st.binary(max_size=4096))
def test_a_package_without_sense_is_refused(workshop, count, content):
    receive(content, workshop.folder)
    count("fuzzed")


PIECES = (
    '"', "<", ">", "&x;", "<!DOCTYPE x>", "</Item>", "${x}", "-1", "99999999999999999999", "../", "http://x/",
    "<Item>", "\0", "<![CDATA[", "byte * 2^99", "ovf:/disk/", "<VirtualSystem>", "</VirtualSystem>", "\u0661",
)  # fmt: skip


def test_a_changed_descriptor_is_taken_or_refused(count):
    @fuzzing
    @given(st.integers(0, 2**32))
    def run(seed):
        dice = random.Random(seed)
        for _ in range(TIMES_EACH):
            text = VMWARE
            for _ in range(dice.choice((1, 2, 4))):
                start = dice.randrange(len(text))
                end = start + dice.choice((0, 1, 5, 40))
                text = text[:start] + dice.choice(PIECES) + text[end:]
            read(text.encode())
            count("fuzzed")

    run()


def read(document: bytes) -> None:
    with opened_files() as opened:
        try:
            read_envelope(document)
        except ImageRefused as refused:
            assert refused.detail
    assert opened == []


@fuzzing
@given(st.binary(max_size=400))
def test_a_descriptor_without_sense_is_refused(count, content):
    read(content)
    count("fuzzed")


def test_the_sound_files_of_the_fuzz_run_are_sound(workshop):
    for disk_format in DiskFormat:
        for options in OPTIONS.get(disk_format, ((),)):
            assert look(workshop.sound(disk_format, *options), disk_format)
