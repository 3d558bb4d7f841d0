"""One appliance manager fetches a template's files from another, over HTTP, with tickets."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.copies import CancelCopy, DiscardCopy, FetchTemplateFiles, FileToFetch
from contracts.signing import token_of
from contracts.uploads import DownloadTicket
from remote_services.appliance_manager.fetching.refusals import SourceRefused
from remote_services.appliance_manager.handlers.copies import (
    cancel_copy,
    discard_copy,
    fetch_template_files,
)
from remote_services.images import ImageRefused, RefusalCode
from remote_services.images.sandbox import Cancelled
from remote_services.runtime import mount
from remote_services.runtime.settings import settings
from tests.remote_services.appliance_manager.http.conftest import KEY
from tests.remote_services.images.making import qemu_img

MIB = 2**20
LARGE_MIB = 48


class Quiet:
    """The context of a handler that nobody listens to."""

    def progress(self, percent):
        pass


@pytest.fixture
def destination(tmp_path, monkeypatch):
    """The repository of the other datacenter."""
    directory = tmp_path / "destination"
    directory.mkdir()
    (directory / mount.MARKER).touch()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    settings.cache_clear()
    return directory


def published(service, path: str, disk_format: str, size_mib: int = 4):
    """A file in the repository here, and how it is asked for there."""
    file = service.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = file.with_suffix(".content")
    raw.write_bytes(b"\xeb\x3c" + os.urandom(size_mib * MIB - 2))
    qemu_img("convert", "-f", "raw", "-O", disk_format, raw, file)
    raw.unlink()
    return file


def asked(service, files, **changes) -> FetchTemplateFiles:
    expires_at = datetime.now(UTC) + changes.pop("valid", timedelta(hours=1))
    wanted = []
    for number, file in enumerate(files):
        path = str(file.relative_to(service.root))
        ticket = DownloadTicket(path=path, file_name="copy", expires_at=expires_at)
        fields = {
            "url": f"http://127.0.0.1:{service.port}/am/files/{path}?ticket={token_of(ticket, KEY)}",
            "format": file.suffix[1:], "number": number, "size_bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }  # fmt: skip
        wanted.append(FileToFetch(**fields | changes))
    return FetchTemplateFiles(operation_id=uuid4(), copy_id=uuid4(), enterprise_id=7, files=tuple(wanted))


def of_the_same(command, kind):
    return kind(operation_id=command.operation_id, copy_id=command.copy_id, enterprise_id=7)


def left_in(repository) -> list[str]:
    files = (path for path in repository.rglob("*") if path.is_file() and path.suffix != ".unwanted")
    return sorted(str(path.relative_to(repository)) for path in files if path.name != mount.MARKER)


def test_files_arrive_as_they_are_with_their_checksums(service, destination):
    files = [published(service, f"7/a/{n}.{form}", form) for n, form in enumerate(("qcow2", "vmdk", "raw"))]
    command = asked(service, files)

    told = fetch_template_files(command, Quiet())["disks"]

    assert [each["format"] for each in told] == ["qcow2", "vmdk", "raw"]
    assert [each["sha256"] for each in told] == [file.sha256 for file in command.files]
    for file, each in zip(files, told, strict=True):
        assert (destination / each["path"]).read_bytes() == file.read_bytes()
    assert left_in(destination) == sorted(each["path"] for each in told)
    assert fetch_template_files(command, Quiet())["disks"] == told


def test_another_file_than_was_announced_is_refused_and_fetched_anew_some_other_time(service, destination):
    file = published(service, "7/a/0.qcow2", "qcow2")
    wrong = asked(service, [file], sha256="0" * 64)
    with pytest.raises(ImageRefused) as refused:
        fetch_template_files(wrong, Quiet())
    assert refused.value.code == RefusalCode.CHECKSUM
    discard_copy(of_the_same(wrong, DiscardCopy), Quiet())
    assert left_in(destination) == []


@pytest.mark.parametrize("changes", [{"valid": timedelta(seconds=-1)}, {"url": "theirs"}])
def test_without_a_valid_ticket_for_the_very_file_nothing_is_given(service, destination, changes):
    file, other = (published(service, f"7/{name}/0.qcow2", "qcow2") for name in "ab")
    command = asked(service, [file], **({"valid": changes["valid"]} if "valid" in changes else {}))
    if "url" in changes:
        swapped = command.files[0].url.replace("/7/a/", "/7/b/")
        command = command.model_copy(
            update={"files": (command.files[0].model_copy(update={"url": swapped}),)}
        )
    with pytest.raises(SourceRefused):
        fetch_template_files(command, Quiet())
    assert other.exists()
    discard_copy(of_the_same(command, DiscardCopy), Quiet())
    assert left_in(destination) == []


def test_a_copy_that_is_not_wanted_any_more_is_not_begun(service, destination):
    command = asked(service, [published(service, "7/a/0.qcow2", "qcow2")])
    cancel_copy(of_the_same(command, CancelCopy), Quiet())
    with pytest.raises(Cancelled):
        fetch_template_files(command, Quiet())
    assert left_in(destination) == []


WORKER = """
import sys, time
from contracts.copies import FetchTemplateFiles
from remote_services.appliance_manager.copies import remote_files
from remote_services.appliance_manager.handlers.copies import fetch_template_files

class Quiet:
    def progress(self, percent): pass

class SlowSink(remote_files.FileSink):
    def append(self, data):
        super().append(data)
        time.sleep(0.05)

remote_files.FileSink = SlowSink
fetch_template_files(FetchTemplateFiles.model_validate_json(sys.argv[1]), Quiet())
"""


def test_what_a_killed_worker_had_got_is_gone_on_with(service, destination):
    file = published(service, "7/a/0.raw", "raw", LARGE_MIB)
    command = asked(service, [file])
    worker = subprocess.Popen([sys.executable, "-c", WORKER, command.model_dump_json()])
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 4 * MIB for path in destination.rglob("*.partial")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    (partial,) = destination.rglob("*.partial")
    inode, had_bytes = partial.stat().st_ino, partial.stat().st_size
    assert 4 * MIB < had_bytes < LARGE_MIB * MIB

    (told,) = fetch_template_files(command, Quiet())["disks"]

    made = destination / told["path"]
    assert (made.stat().st_ino, made.read_bytes()) == (inode, file.read_bytes())
    assert left_in(destination) == [told["path"]]
