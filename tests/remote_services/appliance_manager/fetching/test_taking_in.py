"""Taking in a file that lies in the repository: nothing is copied, and until the end nothing is lost."""

import os
import time
from uuid import uuid4

import pytest

from contracts.appliance import TakeInFile
from remote_services.appliance_manager.fetching.workplace import KEPT_SECONDS, sweep
from remote_services.appliance_manager.handlers.take_in_file import take_in_file
from remote_services.images import ImageRefused
from remote_services.runtime.errors import TemplateMissing
from tests.remote_services.appliance_manager.fetching.conftest import ENTERPRISE


def command(path: str) -> TakeInFile:
    return TakeInFile(operation_id=uuid4(), upload_id=uuid4(), enterprise_id=ENTERPRISE, path=path)


def test_the_file_gets_a_second_name_where_templates_lie(depot, image):
    (depot.root / "7" / "old").mkdir(parents=True)
    (depot.root / "7" / "old" / "debian.qcow2").write_bytes(image)
    wanted = command("7/old/debian.qcow2")

    told = take_in_file(wanted, depot.context)

    made = depot.root / told["disks"][0]["path"]
    assert made.samefile(depot.root / wanted.path)
    assert take_in_file(wanted, depot.context) == told
    depot.cancel(wanted.upload_id)
    assert depot.files() == ["7/old/debian.qcow2"]


def test_what_is_refused_is_where_it_was(depot):
    (depot.root / "bad.qcow2").write_bytes(b"<html>")
    with pytest.raises(ImageRefused):
        take_in_file(command("bad.qcow2"), depot.context)
    assert depot.files() == ["bad.qcow2"]


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "/etc/passwd",
        ".abiquo_repository",
        ".staging/a",
        "link.raw",
        "a/../../b",
        "7",
        "absent",
        "",
    ],
)
def test_only_files_of_the_repository_are_taken_in(depot, path):
    (depot.root / "7").mkdir()
    (depot.root / "link.raw").symlink_to("/etc/passwd")
    with pytest.raises(TemplateMissing):
        take_in_file(command(path), depot.context)


def test_what_nobody_asked_for_lately_is_swept_away_and_nothing_else(depot, mirror, image):
    done, cancelled, half = (depot.command(mirror.serve(f"/{name}.qcow2", image)) for name in "abc")
    depot.run(done)
    depot.cancel(cancelled.upload_id)
    staging = depot.root / ".staging"
    (staging / str(half.upload_id)).mkdir()
    (staging / str(half.upload_id) / "fetch.json").write_text("{}")
    upload = staging / str(uuid4())
    upload.mkdir()
    old = time.time() - 2 * KEPT_SECONDS
    os.utime(upload, (old, old))

    sweep(depot.root)
    before = sorted(path.name for path in staging.iterdir())
    sweep(depot.root, now=lambda: time.time() + 2 * KEPT_SECONDS)

    assert len(before) == 4
    assert [path.name for path in staging.iterdir()] == [upload.name]
    assert len(depot.files()) == 1
