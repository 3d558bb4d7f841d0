"""Taking in a file that lies in the repository: nothing is copied, and until the end nothing is lost."""

import hashlib
import os
import time
from uuid import uuid4

import pytest

from contracts.appliance import TakeInFile
from remote_services.appliance_manager.fetching.workplace import KEPT_SECONDS, sweep
from remote_services.appliance_manager.handlers.take_in_file import take_in_file
from remote_services.appliance_manager.looking import look
from remote_services.images import ImageRefused, RefusalCode
from remote_services.runtime.errors import TemplateMissing
from tests.remote_services.appliance_manager.fetching.conftest import ENTERPRISE
from tests.remote_services.appliance_manager.fetching.test_packages_beside import NAMES, descriptor


def command(path: str, *beside: str) -> TakeInFile:
    ids = {"operation_id": uuid4(), "upload_id": uuid4(), "enterprise_id": ENTERPRISE}
    return TakeInFile(path=path, beside=beside, **ids)


def looked(depot) -> dict[str, tuple[str, ...]]:
    """What a look finds, and what belongs to it."""
    return {file.path: file.beside for file in look(depot.root, uuid4()).files}


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


def put_package(depot, image, *names: str) -> list[str]:
    """A descriptor of two disks in a folder, with a manifest and those that are named."""
    folder = depot.root / "7" / "old"
    folder.mkdir(parents=True)
    (folder / "web.ovf").write_bytes(descriptor())
    sums = "".join(f"SHA256({name})= {hashlib.sha256(image).hexdigest()}\n" for name in NAMES)
    own = f"SHA256(web.ovf)= {hashlib.sha256(descriptor()).hexdigest()}\n"
    (folder / "web.mf").write_text(sums + own)
    for name in names:
        (folder / name).write_bytes(image)
    return [f"7/old/{name}" for name in (*NAMES, "web.mf")]


def test_a_package_that_lies_there_is_found_and_taken_in_as_one(depot, image):
    beside = put_package(depot, image, *NAMES)
    found = looked(depot)
    wanted = command("7/old/web.ovf", *found["7/old/web.ovf"])

    told = take_in_file(wanted, depot.context)

    assert found == {"7/old/web.ovf": tuple(beside)} | dict.fromkeys(beside, ())
    assert {"name": "web server", "vcpus": 2}.items() <= told["proposal"].items()
    for disk, name in zip(told["disks"], NAMES, strict=True):
        assert (depot.root / disk["path"]).samefile(depot.root / "7" / "old" / name)
    assert take_in_file(wanted, depot.context) == told
    depot.cancel(wanted.upload_id)
    assert depot.files() == sorted([*beside, "7/old/web.ovf"])


def test_of_a_package_only_what_was_granted_is_taken_and_its_manifest_holds(depot, image):
    data, system, manifest = (f"7/old/{name}" for name in ("data.qcow2", "system disk.qcow2", "web.mf"))
    put_package(depot, image, *NAMES)
    before = depot.files()
    for beside in ((), (system,), (system, "7/old/absent.qcow2"), (system, "../../etc/passwd")):
        with pytest.raises(TemplateMissing):
            take_in_file(command("7/old/web.ovf", *beside), depot.context)
    (depot.root / data).write_bytes(image + b"changed")
    with pytest.raises(ImageRefused) as refused:
        take_in_file(command("7/old/web.ovf", system, data, manifest), depot.context)

    assert refused.value.code == RefusalCode.CHECKSUM
    assert depot.files() == before


@pytest.mark.parametrize("content", [b"", b"<Envelope>", b"<html/>", b"\xff" * 100, descriptor(("../x",))])
def test_a_descriptor_that_is_none_names_nothing_and_is_refused(depot, content):
    (depot.root / "bad.ovf").write_bytes(content)
    with pytest.raises(ImageRefused):
        take_in_file(command("bad.ovf"), depot.context)
    assert (looked(depot), depot.files()) == ({"bad.ovf": ()}, ["bad.ovf"])


@pytest.mark.parametrize("name", ["debian-12.5.0", "debian.iso", "debian.cd"])
def test_an_iso_image_is_for_a_drive_whatever_it_is_called(depot, name):
    content = bytearray(64 * 2048)
    content[32769:32774] = b"CD001"
    (depot.root / name).write_bytes(content)

    (disk,) = take_in_file(command(name), depot.context)["disks"]

    assert (disk["optical"], disk["format"]) == (True, "raw")


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
