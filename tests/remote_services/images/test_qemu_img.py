"""Conversions by the real qemu-img in the sandbox: right, all or nothing, and bounded."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import datastore
from remote_services.images import ImageRefused, RefusalCode, Subformat, inspect_image, qemu_img
from remote_services.images.qemu_img import Source, Target
from remote_services.runtime.errors import Cancelled
from tests.remote_services.images import making
from tests.remote_services.images.making import MIB

SIZE_BYTES = 24 * MIB


@pytest.fixture
def source(workshop):
    """A raw disk with something at its beginning, in the middle and at its end."""
    path = workshop.folder / "source.raw"
    with path.open("wb") as file:
        for offset in (0, SIZE_BYTES // 2, SIZE_BYTES - 4096):
            file.seek(offset)
            file.write(os.urandom(4096))
    return Source(path, DiskFormat.RAW)


def same(left: Source, right: Source) -> bool:
    command = ["qemu-img", "compare", "-f", left.format, "-F", right.format, left.path, right.path]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize(("first", "second"), itertools.product(DiskFormat, DiskFormat))
def test_every_format_becomes_every_other_one(workshop, source, first, second):
    middle = Source(workshop.folder / f"middle.{first}", first)
    end = Source(workshop.folder / f"end.{second}", second)
    qemu_img.convert(source, Target(middle.path, first))
    qemu_img.convert(middle, Target(end.path, second))
    assert same(source, middle) and same(source, end)
    assert inspect_image(end.path, second).virtual_size_bytes == SIZE_BYTES
    check = qemu_img.check(end)
    assert check is None or check.is_sound


@pytest.mark.parametrize(
    ("target_format", "subformat"),
    [
        (DiskFormat.VMDK, Subformat.SPARSE),
        (DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED),
        (DiskFormat.VPC, Subformat.FLAT),
        (DiskFormat.VHDX, Subformat.FLAT),
        (DiskFormat.VDI, Subformat.FLAT),
        (DiskFormat.QCOW2, Subformat.FLAT),
    ],
)
def test_a_subformat_is_made_as_asked(workshop, source, target_format, subformat):
    target = Target(workshop.folder / "target", target_format, subformat)
    qemu_img.convert(source, target)
    assert inspect_image(target.path, target_format).subformat is subformat
    assert same(source, Source(target.path, target_format))


def test_a_compressed_qcow2_is_compressed_by_zstd(workshop, source):
    target = Target(workshop.folder / "target", DiskFormat.QCOW2, compressed=True)
    qemu_img.convert(source, target)
    described = qemu_img.info(Source(target.path, DiskFormat.QCOW2))
    assert described.details["format-specific"]["data"]["compression-type"] == "zstd"
    assert same(source, Source(target.path, DiskFormat.QCOW2))


def test_progress_rises_to_a_hundred(workshop, source):
    heard = []
    qemu_img.convert(source, Target(workshop.folder / "target", DiskFormat.QCOW2), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 100


def test_only_the_target_is_there_in_the_end(workshop, source):
    before = set(workshop.folder.iterdir())
    target = workshop.folder / "target"
    qemu_img.convert(source, Target(target, DiskFormat.QCOW2))
    assert set(workshop.folder.iterdir()) - before == {target}


def test_a_file_that_is_there_is_not_touched(workshop, source):
    target = workshop.file(b"a guest's data", "target")
    with pytest.raises(FileExistsError):
        qemu_img.convert(source, Target(target, DiskFormat.QCOW2))
    assert target.read_bytes() == b"a guest's data"


def test_of_two_conversions_to_the_same_file_one_wins_and_nothing_is_left(workshop, source):
    target = Target(workshop.folder / "target", DiskFormat.QCOW2)
    lost = []

    def convert():
        try:
            qemu_img.convert(source, target)
        except FileExistsError:
            lost.append(1)

    threads = [threading.Thread(target=convert) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == 1
    assert same(source, Source(target.path, DiskFormat.QCOW2))
    assert {path.name for path in workshop.folder.iterdir()} == {"source.raw", "target"}


def test_a_cancelled_conversion_leaves_nothing(workshop, source):
    with pytest.raises(Cancelled):
        qemu_img.convert(source, Target(workshop.folder / "target", DiskFormat.QCOW2), cancelled=lambda: True)
    assert [path.name for path in workshop.folder.iterdir()] == ["source.raw"]


KILLED = """
import os, sys
from pathlib import Path
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import datastore
from remote_services.images.qemu_img import Source, Target, convert

def end():
    os.kill(os.getpid(), 9)

source, target = map(Path, sys.argv[1:])
convert(Source(source, DiskFormat.RAW), Target(target, DiskFormat.QCOW2), cancelled=end)
"""


def test_a_killed_conversion_leaves_no_target_and_what_it_leaves_is_found(workshop, source):
    disk_id = uuid4()
    target = datastore.disk_path(workshop.folder, disk_id)
    command = [sys.executable, "-c", KILLED, source.path, target]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not target.exists()
    datastore.remove_partial_files(workshop.folder, disk_id)
    assert [path.name for path in workshop.folder.iterdir()] == ["source.raw"]


def bomb(workshop, disk_format: DiskFormat, *options: str) -> Source:
    """A few KiB that unpack to 64 MiB of the letter A."""
    raw = workshop.folder / "raw"
    raw.write_bytes(b"A" * 64 * MIB)
    path = workshop.folder / "bomb"
    making.qemu_img("convert", "-f", "raw", "-O", disk_format, *options, raw, path)
    raw.unlink()
    assert path.stat().st_size < 2 * MIB
    return Source(path, disk_format)


BOMBS = (
    (DiskFormat.QCOW2, ("-c",)),
    (DiskFormat.QCOW2, ("-c", "-o", "compression_type=zstd")),
    (DiskFormat.VMDK, ("-o", "subformat=streamOptimized")),
)


@pytest.mark.parametrize(("disk_format", "options"), BOMBS)
@pytest.mark.parametrize("target_format", [DiskFormat.RAW, DiskFormat.QCOW2, DiskFormat.VHDX])
def test_a_decompression_bomb_stops_at_its_bound_and_leaves_nothing(
    workshop, disk_format, options, target_format
):
    source = bomb(workshop, disk_format, *options)
    target = Target(workshop.folder / "target", target_format, most_bytes=16 * MIB)
    with pytest.raises(ImageRefused, match="larger than 16.0 MiB") as refused:
        qemu_img.convert(source, target)
    assert refused.value.code is RefusalCode.COMPRESSION_BOMB
    assert [path.name for path in workshop.folder.iterdir()] == ["bomb"]


def test_many_grains_in_one_place_unpack_to_no_more_than_the_disk(workshop):
    """All grain tables lead to the same compressed grain: the file stays small, the disk does not."""
    source = bomb(workshop, DiskFormat.VMDK, "-o", "subformat=streamOptimized")
    content = bytearray(source.path.read_bytes())
    directory = int.from_bytes(content[56:64], "little") * 512
    table = int.from_bytes(content[directory : directory + 4], "little") * 512
    entry = content[table : table + 4]
    content[table : table + 4 * 512] = entry * 512
    source.path.write_bytes(content)
    facts = inspect_image(source.path, source.format)
    target = Target(workshop.folder / "target", DiskFormat.RAW)
    try:
        qemu_img.convert(source, target)
    except (ImageRefused, qemu_img.ProgramFailed):
        assert not target.path.exists()
    else:
        assert target.path.stat().st_size == facts.virtual_size_bytes


def test_a_pebibyte_that_slipped_through_is_stopped_by_the_bound(workshop):
    source = Source(workshop.sound(DiskFormat.QCOW2, size="1P"), DiskFormat.QCOW2)
    with pytest.raises(ImageRefused):
        qemu_img.convert(source, Target(workshop.folder / "target", DiskFormat.RAW, most_bytes=16 * MIB))


def test_a_file_that_refers_to_another_one_can_not_read_it(workshop):
    """Were inspection forgotten, the sandbox would still not show the file."""
    secret = workshop.file(b"secret" * 1000, "secret.raw")
    evil = Source(workshop.made(DiskFormat.QCOW2, "-u", "-F", "raw", "-b", str(secret)), DiskFormat.QCOW2)
    with pytest.raises((ImageRefused, qemu_img.ProgramFailed)):
        qemu_img.convert(evil, Target(workshop.folder / "target", DiskFormat.RAW))
    assert not (workshop.folder / "target").exists()


def test_a_damaged_image_fails_in_words(workshop, source):
    with pytest.raises(ImageRefused, match="can't read it as qcow2"):
        qemu_img.info(Source(source.path, DiskFormat.QCOW2))


def test_tables_that_contradict_each_other_are_found(workshop):
    path = workshop.made(DiskFormat.QCOW2)
    command = ["qemu-io", "-f", "qcow2", "-c", "write 0 1M", path]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    sound = qemu_img.check(Source(path, DiskFormat.QCOW2))
    with path.open("r+b") as file:
        file.seek(0x20000)
        file.write(bytes(64))
    broken = qemu_img.check(Source(path, DiskFormat.QCOW2))
    assert sound.is_sound and not broken.is_sound


@pytest.mark.parametrize("target_format", DiskFormat)
def test_a_measure_is_enough_for_what_is_made(workshop, source, target_format):
    target = Target(workshop.folder / "target", target_format)
    qemu_img.convert(source, target)
    taken_bytes = qemu_img.info(Source(target.path, target_format)).allocated_bytes
    assert taken_bytes <= qemu_img.measure(source, target_format)


def test_what_qemu_img_says_is_kept(workshop, source):
    description = qemu_img.info(source)
    assert description.virtual_size_bytes == SIZE_BYTES
    assert description.backing_file == ""
    assert json.dumps(description.details)
