"""Every format into every other, by the real qemu-img in its sandbox, compared with what went in."""

import itertools
import threading
import time
from uuid import uuid4

import pytest

from contracts.conversion import CancelConversion, DiscardConversion
from contracts.vocabulary import DiskFormat, ErrorCode
from remote_services.conversion_manager import turns
from remote_services.conversion_manager.handlers.cancel_conversion import cancel_conversion
from remote_services.conversion_manager.handlers.convert_disk import convert_disk
from remote_services.conversion_manager.handlers.discard_conversion import discard_conversion
from remote_services.images import ImageRefused, inspect_image
from remote_services.images.repository import TemplateUnusable
from remote_services.runtime import mount
from remote_services.runtime.errors import Cancelled, DatastoreFull, TemplateMissing
from remote_services.runtime.settings import settings
from tests.remote_services.conversion_manager.converting import (
    MIB,
    SIZE,
    SOURCES,
    Progress,
    command_for,
    left,
    run,
    same,
)

TARGETS = [each.value for each in DiskFormat]
PAIRS = [
    (source, target) for source, target in itertools.product(SOURCES, TARGETS) if SOURCES[source][0] != target
]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_what_comes_out_is_what_went_in(repository, content, source, target):
    command = command_for(repository, content, source, target)

    told = convert_disk(command, Progress())

    assert same(content, repository / command.target_path, target)
    assert told["virtual_size_bytes"] == SIZE
    assert told["file_size_bytes"] == (repository / command.target_path).stat().st_size
    assert left(repository) == sorted([command.source_path, command.target_path])


@pytest.mark.parametrize(
    "option", [{"compressed": True}, {"target_format": "vmdk", "stream_optimized": True}]
)
def test_what_travels_is_made_small(repository, content, option):
    command = command_for(repository, content, "raw", **option)
    told = convert_disk(command, Progress())
    assert told["file_size_bytes"] < 600_000
    assert same(content, repository / command.target_path, command.target_format)


@pytest.mark.parametrize("target", ["qcow2", "vdi", "vpc", "vhdx"])
def test_a_flat_file_takes_its_whole_size_at_once(repository, content, target):
    command = command_for(repository, content, "raw", target, flat=True)
    told = convert_disk(command, Progress())
    facts = inspect_image(repository / command.target_path, command.target_format)
    assert facts.variant == "flat" and told["file_size_bytes"] >= SIZE
    assert same(content, repository / command.target_path, target)


def test_a_file_that_would_get_larger_than_it_may_is_given_up(repository, content):
    command = command_for(repository, content, "raw", "vhdx", flat=True, most_bytes=4 * MIB)
    with pytest.raises(ImageRefused, match="larger than 4.0 MiB"):
        convert_disk(command, Progress())
    assert left(repository) == [command.source_path]


def test_a_second_delivery_finds_what_the_first_made(repository, content):
    command = command_for(repository, content)
    first = convert_disk(command, Progress())
    made_at = (repository / command.target_path).stat().st_mtime_ns
    assert convert_disk(command, Progress()) == first
    assert (repository / command.target_path).stat().st_mtime_ns == made_at


def test_what_a_killed_attempt_left_is_cleared(repository, content):
    command = command_for(repository, content)
    half = repository / f"{command.target_path.replace('7/', '7/.')}.abc.partial"
    half.mkdir()
    (half / "image").write_bytes(b"half")
    (repository / f"{command.target_path.replace('7/', '7/.')}.lock").touch()
    convert_disk(command, Progress())
    assert left(repository) == sorted([command.source_path, command.target_path])


def test_a_cancelled_conversion_ends_at_once_and_leaves_nothing(repository, content):
    command = command_for(repository, content)
    turns.cancel(uuid4())
    cancel_conversion(CancelConversion(operation_id=uuid4(), conversion_id=command.conversion_id), Progress())
    with pytest.raises(Cancelled) as refused:
        convert_disk(command, Progress())
    assert refused.value.code == ErrorCode.CANCELLED
    assert left(repository) == [command.source_path]


def test_one_that_waits_for_its_turn_can_be_cancelled(repository, content):
    command = command_for(repository, content)
    with turns.turn(uuid4()):
        threading.Timer(0.3, turns.cancel, [command.conversion_id]).start()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            convert_disk(command, Progress())
        assert time.monotonic() - begin < 30


def test_discarding_removes_the_result_and_nothing_else(repository, content):
    command = command_for(repository, content)
    convert_disk(command, Progress())
    discard = DiscardConversion(
        operation_id=uuid4(), conversion_id=command.conversion_id, target_path=command.target_path
    )
    discard_conversion(discard, Progress())
    discard_conversion(discard, Progress())
    assert left(repository) == [command.source_path]


@pytest.mark.parametrize("path", ["../outside.qcow2", "/etc/outside.qcow2", "7/../../outside.qcow2", "."])
def test_nothing_is_written_outside_the_repository(repository, content, path):
    with pytest.raises(TemplateMissing):
        convert_disk(command_for(repository, content, target_path=path), Progress())
    with pytest.raises(TemplateMissing):
        convert_disk(command_for(repository, content, source_path=path), Progress())


def test_what_is_not_what_it_is_called_is_not_converted(repository, content):
    command = command_for(repository, content)
    (repository / command.source_path).write_text("not a disk at all " * 100)
    with pytest.raises(TemplateUnusable, match="format_mismatch"):
        convert_disk(command, Progress())
    assert left(repository) == [command.source_path]


@pytest.mark.hypervisor
def test_a_repository_without_room_is_full_with_numbers(repository, tmp_path, monkeypatch, content):
    small = tmp_path / "small"
    (small / "7").mkdir(parents=True)
    run("mount", "-t", "tmpfs", "-o", "size=32m", "atrium-test", small)
    try:
        (small / "7").mkdir()
        (small / mount.MARKER).touch()
        monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(small))
        settings.cache_clear()
        command = command_for(small, content)
        with pytest.raises(DatastoreFull, match="MiB free"):
            convert_disk(command, Progress())
        assert left(small) == [command.source_path]
    finally:
        run("umount", small)
