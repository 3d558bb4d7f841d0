"""A worker killed, and the repository unmounted, at every place of a conversion: the next delivery gives the
same file and leaves nothing else."""

import itertools
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.conversion import DiscardConversion
from contracts.vocabulary import ErrorCode
from remote_services.conversion_manager.conversion import convert
from remote_services.conversion_manager.handlers.convert_disk import convert_disk
from remote_services.conversion_manager.handlers.discard_conversion import discard_conversion
from remote_services.runtime import mount
from remote_services.runtime.alone import alone
from remote_services.runtime.mount import RepositoryAway
from tests.remote_services.conversion_manager.converting import Progress, command_for, left, run, same
from tests.remote_services.conversion_manager.places import PLACES, act_at

NAMED = ("after the file got its name", "before the report")
GOES_AWAY = [place for place in PLACES if place != "before the report"]
TARGETS = ("qcow2", "vmdk")


def killed_at(place: str, command) -> None:
    child = [sys.executable, "-m", "tests.remote_services.conversion_manager.places"]
    done = subprocess.run(
        [*child, place, command.model_dump_json()], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def goes_on_writing(repository: Path) -> bool:
    """Whether a program still works on files of the repository."""
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = told.read_bytes()
        except OSError:
            continue
        if b"qemu-img" in words and os.fsencode(repository) in words:
            return True
    return False


@contextmanager
def away(repository: Path):
    """Another folder lies where the repository was, as a bare mount point does. Nothing may get into it."""
    aside = repository.with_name("aside")

    def leave() -> None:
        repository.rename(aside)
        repository.mkdir()

    yield leave
    assert list(repository.iterdir()) == []
    repository.rmdir()
    aside.rename(repository)


def is_whole(repository, content, command) -> bool:
    target = repository / command.target_path
    everything = [str(path.relative_to(repository)) for path in repository.rglob("*")]
    return (
        same(content, target, command.target_format)
        and target.stat().st_mode & 0o777 == 0o644
        and sorted(everything) == sorted([mount.MARKER, "7", command.source_path, command.target_path])
    )


@pytest.mark.parametrize(("place", "target"), itertools.product(PLACES, TARGETS))
def test_a_worker_killed_anywhere_leaves_a_conversion_that_the_next_one_ends(
    repository, content, place, target
):
    command = command_for(repository, content, "raw", target)
    path = repository / command.target_path

    killed_at(place, command)
    deadline = time.monotonic() + 60
    while goes_on_writing(repository) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not goes_on_writing(repository)
    assert path.exists() == (place in NAMED)
    made_before = path.stat().st_ino if path.exists() else None
    told = convert_disk(command, Progress())
    assert is_whole(repository, content, command)
    assert made_before in (None, path.stat().st_ino)
    assert convert_disk(command, Progress()) == told


@pytest.mark.parametrize("place", GOES_AWAY)
def test_a_repository_that_goes_away_meanwhile_is_told_and_nothing_written_in_its_place(
    repository, content, place
):
    command = command_for(repository, content)

    with away(repository) as leave, pytest.MonkeyPatch.context() as patch:
        act_at(place, leave, patch)
        with pytest.raises(RepositoryAway, match="not mounted") as refused:
            convert_disk(command, Progress())

    assert (refused.value.code, refused.value.retryable) == (ErrorCode.REPOSITORY_AWAY, True)
    assert (repository / command.target_path).exists() == (place in NAMED)
    convert_disk(command, Progress())
    assert is_whole(repository, content, command)


def test_one_that_is_away_from_the_start_is_neither_converted_in_nor_cleared(repository, content):
    command = command_for(repository, content)
    convert_disk(command, Progress())
    discard = DiscardConversion(
        operation_id=uuid4(), conversion_id=command.conversion_id, target_path=command.target_path
    )

    with away(repository) as leave:
        leave()
        for handler, told in ((convert_disk, command), (discard_conversion, discard)):
            with pytest.raises(RepositoryAway):
                handler(told, Progress())

    assert left(repository) == sorted([command.source_path, command.target_path])


def test_one_that_goes_away_while_another_delivery_works_is_told(repository, content):
    command = command_for(repository, content)
    target = repository / command.target_path
    leaving = []

    with away(repository) as leave:
        leaving.append(leave)

        def look() -> bool:
            if leaving:
                leaving.pop()()
            return False

        with (
            alone(target.with_name(f".{target.name}.lock"), lambda: None),
            pytest.raises(RepositoryAway),
        ):
            convert(command, repository, lambda _percent: None, look)

    convert_disk(command, Progress())
    assert is_whole(repository, content, command)


@pytest.mark.hypervisor
def test_a_real_mount_taken_away_while_qemu_img_writes_gets_its_file_when_it_is_back(
    repository, content, tmp_path
):
    store = repository.rename(tmp_path / "store")
    repository.mkdir()
    run("mount", "--bind", store, repository)
    try:
        command = command_for(repository, content)
        with pytest.MonkeyPatch.context() as patch:
            act_at("while qemu-img writes", lambda: run("umount", "-l", repository), patch)
            with pytest.raises(RepositoryAway):
                convert_disk(command, Progress())
        assert list(repository.iterdir()) == []
        run("mount", "--bind", store, repository)
        convert_disk(command, Progress())
        assert is_whole(repository, content, command)
    finally:
        run("umount", "-l", repository)
