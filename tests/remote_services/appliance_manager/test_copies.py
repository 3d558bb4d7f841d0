"""Disks of machines and files of templates become the files of new templates, through the real qemu-img."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from uuid import UUID, uuid4

import pytest

from contracts.copies import (
    CancelCopy,
    CaptureDisks,
    CopyTemplateFiles,
    DiscardCopy,
    DiskToCapture,
    DiskToExport,
    ExportPackage,
    FileToCopy,
    PackageMachine,
)
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.copies.capture import DiskMissing
from remote_services.appliance_manager.handlers.copies import (
    cancel_copy,
    capture_disks,
    copy_template_files,
    discard_copy,
    export_package,
)
from remote_services.appliance_manager.packages import unpack
from remote_services.appliance_manager.staging import NoRoom
from remote_services.images.sandbox import Cancelled
from remote_services.runtime import mount
from remote_services.runtime.errors import OwnershipMismatch, TemplateMissing
from remote_services.runtime.settings import settings
from tests.remote_services.images.making import qemu_img

MIB = 2**20
SIZE = 16 * MIB
TEMPLATES = {
    "raw": ("raw",),
    "qcow2": ("qcow2",),
    "vmdk": ("vmdk", "-o", "subformat=streamOptimized"),
    "vdi": ("vdi",),
    "vpc": ("vpc", "-o", "force_size=on"),
}
ENTERPRISE = 7


class Progress:
    """The context of a handler."""

    def __init__(self):
        self.percents = []

    def progress(self, percent):
        self.percents.append(percent)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    directory = tmp_path / "repository"
    directory.mkdir()
    (directory / mount.MARKER).touch()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    settings.cache_clear()
    return directory


@pytest.fixture
def datastore(tmp_path):
    directory = tmp_path / "datastore"
    directory.mkdir()
    return directory


@pytest.fixture
def content(tmp_path):
    """What a template holds. No mark of a partition table or a format, or it were no raw image."""
    path = tmp_path / "content.raw"
    with path.open("wb") as file:
        file.write(b"\xeb\x3c" + bytes(508) + b"\x55\xaa")
        file.seek(3 * MIB)
        file.write(b"atrium" * 50_000)
        file.truncate(SIZE)
    return path


def template_in(repository, content, name) -> tuple[str, str]:
    """Path and format of a template made of the content."""
    disk_format, *options = TEMPLATES[name]
    path = f"{uuid4()}.{disk_format}"
    qemu_img("convert", "-f", "raw", "-O", disk_format, *options, content, repository / path)
    return path, disk_format


def machine_disk(datastore, repository, template=None, size=SIZE) -> UUID:
    """A disk as the appliance manager makes it: over a template, or alone."""
    disk_id = uuid4()
    backing = ("-b", repository / template[0], "-F", template[1]) if template else ()
    qemu_img("create", "-q", "-f", "qcow2", *backing, datastore / f"{disk_id}.qcow2", size)
    return disk_id


def write_as_guest(datastore, disk_id, *commands) -> None:
    arguments = [part for command in commands for part in ("-c", command)]
    path = datastore / f"{disk_id}.qcow2"
    subprocess.run(["qemu-io", "-f", "qcow2", *arguments, path], check=True, capture_output=True, timeout=60)


def capture_of(datastore, *disks, **changes) -> CaptureDisks:
    asked = tuple(
        DiskToCapture(
            disk_id=disk_id, datastore_path=str(datastore), source_path=template[0] if template else "none",
            source_format=template[1] if template else "qcow2", number=number, most_bytes=2 * SIZE,
        )
        for number, (disk_id, template) in enumerate(disks)
    )  # fmt: skip
    fields = {"operation_id": uuid4(), "copy_id": uuid4(), "enterprise_id": ENTERPRISE, "machine_id": uuid4()}
    return CaptureDisks(**fields | {"disks": asked} | changes)


def of_the_same(command, kind):
    fields = {"copy_id": command.copy_id, "enterprise_id": command.enterprise_id}
    return kind(operation_id=command.operation_id, **fields)


def left_in(repository) -> list[str]:
    """What a copy left, but for the mark that it is not wanted."""
    found = [path for path in repository.rglob("*") if path.is_file() or path.name.startswith("copy-")]
    return sorted(
        str(path.relative_to(repository))
        for path in found
        if path.name != mount.MARKER and path.suffix != ".unwanted" and path.parent != repository
    )


def same(first, first_format, second, second_format) -> bool:
    done = subprocess.run(
        ["qemu-img", "compare", "-f", first_format, "-F", second_format, first, second],
        check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_captured_disk_is_what_its_machine_sees_and_stands_alone(repository, datastore, content, name):
    template = template_in(repository, content, name)
    disk = machine_disk(datastore, repository, template, size=2 * SIZE)
    write_as_guest(datastore, disk, "write -P 7 1M 2M", "write -P 9 20M 64k", "write -z 3M 100k")
    progress = Progress()

    (told,) = capture_disks(capture_of(datastore, (disk, template)), progress)["disks"]

    made = repository / told["path"]
    assert same(datastore / f"{disk}.qcow2", "qcow2", made, "qcow2")
    described = json.loads(qemu_img("info", "-f", "qcow2", "--output=json", made))
    assert "backing-filename" not in described
    assert (told["format"], told["virtual_size_bytes"]) == ("qcow2", 2 * SIZE)
    assert told["file_size_bytes"] == made.stat().st_size
    assert progress.percents == sorted(progress.percents)
    assert progress.percents[-1] == 95
    assert left_in(repository) == [told["path"]]


def test_several_disks_are_captured_in_their_order_and_a_second_delivery_finds_them(
    repository, datastore, content
):
    template = template_in(repository, content, "qcow2")
    first, second = machine_disk(datastore, repository, template), machine_disk(datastore, repository)
    write_as_guest(datastore, second, "write -P 5 0 1M")
    command = capture_of(datastore, (first, template), (second, None))

    told = capture_disks(command, Progress())["disks"]

    folder = f"{ENTERPRISE}/{command.copy_id}"
    assert [each["path"] for each in told] == [f"{folder}/disk-0.qcow2", f"{folder}/disk-1.qcow2"]
    assert same(datastore / f"{second}.qcow2", "qcow2", repository / told[1]["path"], "qcow2")
    assert capture_disks(command, Progress())["disks"] == told


def test_what_a_guest_wrote_is_data_even_if_it_looks_like_an_image(repository, datastore, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret of another tenant" * 5000)
    evil = tmp_path / "evil"
    qemu_img("create", "-q", "-f", "qcow2", "-u", "-b", secret, "-F", "raw", evil, SIZE)
    for header in (evil.read_bytes(), _extent_of(secret)):
        disk = machine_disk(datastore, repository)
        pattern = tmp_path / f"{disk}.header"
        pattern.write_bytes(header[: len(header) // 512 * 512] or header.ljust(512, b"\0"))
        write_as_guest(datastore, disk, f"write -s {pattern} 0 {pattern.stat().st_size}")

        (told,) = capture_disks(capture_of(datastore, (disk, None)), Progress())["disks"]

        made = repository / told["path"]
        assert same(datastore / f"{disk}.qcow2", "qcow2", made, "qcow2")
        assert b"secret of another tenant" not in made.read_bytes()


def _extent_of(path) -> bytes:
    return (
        f'# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 32768 FLAT "{path}" 0\n'.encode()
    )


def test_a_disk_that_reads_from_anything_but_its_template_is_not_touched(
    repository, datastore, content, tmp_path
):
    mine, theirs = (template_in(repository, content, "qcow2") for _each in range(2))
    elsewhere = tmp_path / "elsewhere.qcow2"
    qemu_img("create", "-q", "-f", "qcow2", elsewhere, SIZE)
    for backing in (theirs, (str(elsewhere), "qcow2")):
        disk = machine_disk(datastore, repository, backing)
        with pytest.raises(OwnershipMismatch):
            capture_disks(capture_of(datastore, (disk, mine)), Progress())
    with pytest.raises(TemplateMissing):
        disk = machine_disk(datastore, repository, (str(elsewhere), "qcow2"))
        capture_disks(capture_of(datastore, (disk, (f"../{elsewhere.name}", "qcow2"))), Progress())
    with pytest.raises(DiskMissing):
        capture_disks(capture_of(datastore, (uuid4(), mine)), Progress())


def test_while_the_repository_is_not_mounted_nothing_is_written(repository, datastore):
    (repository / mount.MARKER).unlink()
    with pytest.raises(mount.RepositoryAway):
        capture_disks(capture_of(datastore, (machine_disk(datastore, repository), None)), Progress())
    assert list(repository.iterdir()) == []


@pytest.mark.hypervisor
def test_a_repository_that_gets_full_is_told_and_left_as_it_was(tmp_path, monkeypatch, datastore):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=70m", "atrium-test", small], check=True)
    try:
        (small / mount.MARKER).touch()
        monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(small))
        settings.cache_clear()
        disk = machine_disk(datastore, small)
        write_as_guest(datastore, disk, "write -P 7 0 12M")
        command = capture_of(datastore, (disk, None))
        with pytest.raises(NoRoom, match="room for"):
            capture_disks(command, Progress())
        discard_copy(of_the_same(command, DiscardCopy), Progress())
        assert left_in(small) == []
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_capture_that_was_cancelled_before_it_began_makes_nothing(repository, datastore):
    command = capture_of(datastore, (machine_disk(datastore, repository), None))
    cancel_copy(of_the_same(command, CancelCopy), Progress())
    with pytest.raises(Cancelled):
        capture_disks(command, Progress())
    assert left_in(repository) == []


def test_a_capture_that_is_cancelled_in_the_middle_ends_at_once(repository, datastore):
    command = capture_of(datastore, *((machine_disk(datastore, repository), None) for _each in range(40)))
    outcome = []

    def run() -> None:
        try:
            outcome.append(capture_disks(command, Progress()))
        except Cancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: list(repository.glob(".staging/copy-*/disk-1.qcow2")))
    cancel_copy(of_the_same(command, CancelCopy), Progress())
    thread.join(60)
    discard_copy(of_the_same(command, DiscardCopy), Progress())
    assert [type(each) for each in outcome] == [Cancelled]
    assert left_in(repository) == []


WORKER = """
import sys
from contracts.copies import CaptureDisks
from remote_services.appliance_manager.handlers.copies import capture_disks

class Quiet:
    def progress(self, percent): pass

capture_disks(CaptureDisks.model_validate_json(sys.argv[1]), Quiet())
"""


def test_a_capture_whose_worker_was_killed_goes_on_with_the_disks_that_were_not_done(repository, datastore):
    command = capture_of(datastore, *((machine_disk(datastore, repository), None) for _each in range(20)))
    worker = subprocess.Popen([sys.executable, "-c", WORKER, command.model_dump_json()])
    wait_for(lambda: list(repository.glob(".staging/copy-*/disk-1.qcow2")))
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    (done,) = repository.glob(".staging/copy-*/disk-0.qcow2")
    before = done.stat().st_ino

    told = capture_disks(command, Progress())["disks"]

    assert len(told) == 20
    assert (repository / told[0]["path"]).stat().st_ino == before
    assert left_in(repository) == sorted(each["path"] for each in told)


def test_a_late_delivery_makes_nothing_again_that_was_discarded(repository, datastore):
    command = capture_of(datastore, (machine_disk(datastore, repository), None))
    capture_disks(command, Progress())
    for _delivery in range(2):
        discard_copy(of_the_same(command, DiscardCopy), Progress())
    with pytest.raises(Cancelled):
        capture_disks(command, Progress())
    assert left_in(repository) == []


def test_files_of_a_template_are_copied_whatever_their_format(repository, content):
    sources = [template_in(repository, content, name) for name in TEMPLATES]
    files = tuple(FileToCopy(path=path, format=form, number=n) for n, (path, form) in enumerate(sources))
    command = CopyTemplateFiles(operation_id=uuid4(), copy_id=uuid4(), enterprise_id=ENTERPRISE, files=files)
    told = copy_template_files(command, Progress())["disks"]
    assert [each["format"] for each in told] == [form for _path, form in sources]
    for (path, form), each in zip(sources, told, strict=True):
        assert (repository / path).read_bytes() == (repository / each["path"]).read_bytes(), form
    assert DiskFormat.RAW in {DiskFormat(each["format"]) for each in told}


def wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def export_of(*disks, **machine) -> ExportPackage:
    fields = {"operation_id": uuid4(), "copy_id": uuid4(), "enterprise_id": ENTERPRISE}
    described = PackageMachine(**{"name": "Web", "memory_mib": 192} | machine)
    return ExportPackage(**fields, machine=described, disks=disks)


def test_an_exported_package_is_taken_in_again_with_the_same_disks_and_words(repository, content, tmp_path):
    sources = [template_in(repository, content, name) for name in TEMPLATES]
    told = {"login_user": "debian", "vcpus_max": 8, "variables": {"role": "web"}, "os_type": "DEBIAN_64"}
    command = export_of(
        *(
            DiskToExport(
                path=path, format=form, number=n, virtual_size_bytes=SIZE, label=f"data {n}",
                controller="scsi" if n else "virtio", adapter="lsilogic" if n else "",
            )
            for n, (path, form) in enumerate(sources)
        ),
        DiskToExport(path="", format="qcow2", number=9, virtual_size_bytes=MIB, label="empty"),
        description="as of today", os_type="DEBIAN_64", os_version="12", vcpus=2, terms="Be kind.",
        ethernet_driver="E1000", told=told,
    )  # fmt: skip
    progress = Progress()

    made = export_package(command, progress)

    package = repository / made["path"]
    assert (made["file_size_bytes"], made["path"]) == (
        package.stat().st_size,
        f"7/{command.copy_id}/package.ova",
    )
    assert progress.percents == sorted(progress.percents)
    assert left_in(repository) == [made["path"]]
    disks, proposal = unpack(package, tmp_path, tmp_path)
    *filled, empty = disks
    assert (len(filled), empty.path, empty.virtual_size_bytes) == (len(sources), "", MIB)
    for (path, form), disk in zip(sources, filled, strict=True):
        assert same(repository / path, form, disk.path, "vmdk")
    assert [(disk.label, disk.controller) for disk in disks][:2] == [("data 0", "virtio"), ("data 1", "scsi")]
    assert json.loads(proposal.pop("told")) == told
    assert proposal == {
        "name": "Web", "description": "as of today", "os_type": "DEBIAN_64", "os_version": "12", "vcpus": 2,
        "memory_mib": 192, "ethernet_driver": "E1000", "terms": "Be kind.",
    }  # fmt: skip


@pytest.mark.hypervisor
def test_an_export_that_does_not_fit_is_told_and_leaves_the_repository_as_it_was(tmp_path, monkeypatch):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=90m", "atrium-test", small], check=True)
    try:
        (small / mount.MARKER).touch()
        monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(small))
        settings.cache_clear()
        noise = tmp_path / "noise.raw"
        noise.write_bytes(b"\xeb\x3c" + os.urandom(12 * MIB - 2))
        path, form = template_in(small, noise, "qcow2")
        before = left_in(small)
        command = export_of(DiskToExport(path=path, format=form, number=0, virtual_size_bytes=12 * MIB))
        with pytest.raises(NoRoom):
            export_package(command, Progress())
        discard_copy(of_the_same(command, DiscardCopy), Progress())
        assert left_in(small) == before
    finally:
        subprocess.run(["umount", small], check=True)
