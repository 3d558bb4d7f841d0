"""On a simulated host files of holes stand for disks, and whatever is made of them is there all the same."""

import tarfile
from uuid import uuid4

import pytest

from contracts.copies import (
    CaptureDisks,
    CopyTemplateFiles,
    DiskToCapture,
    DiskToExport,
    ExportPackage,
    FileToCopy,
    PackageMachine,
)
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.handlers.copies import (
    capture_disks,
    copy_template_files,
    export_package,
)
from remote_services.appliance_manager.packages import unpack
from remote_services.runtime import mount
from remote_services.runtime.settings import settings
from tests.remote_services.appliance_manager.test_copies import Progress
from tests.remote_services.images.making import qemu_img

MIB = 2**20


@pytest.fixture
def simulated(tmp_path, monkeypatch):
    """The repository of a simulated host."""
    (tmp_path / mount.MARKER).touch()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(tmp_path))
    monkeypatch.setenv("ATRIUM_SIMULATED", "1")
    settings.cache_clear()
    return tmp_path


def names():
    return {"operation_id": uuid4(), "copy_id": uuid4(), "enterprise_id": 7}


def holes(repository, name="tiny.qcow2", size_bytes=40 * MIB):
    with (repository / name).open("wb") as file:
        file.truncate(size_bytes)
    return name


def test_an_instance_gets_files_as_large_as_the_server_reckoned(simulated):
    disk = DiskToCapture(
        disk_id=uuid4(), datastore_path=str(simulated), source_path="tiny.qcow2", source_format="qcow2",
        number=0, most_bytes=41 * MIB,
    )  # fmt: skip
    command = CaptureDisks(machine_id=uuid4(), disks=(disk,), **names())

    assert capture_disks(command, Progress()) == {}

    made = simulated / f"7/{command.copy_id}/disk-0.qcow2"
    assert (made.stat().st_size, made.stat().st_blocks) == (41 * MIB, 0)


def test_a_template_made_of_holes_is_as_large_as_what_it_was_made_of(simulated):
    files = (FileToCopy(path=holes(simulated), format="qcow2", number=0),)
    command = CopyTemplateFiles(files=files, **names())

    assert copy_template_files(command, Progress()) == {}

    assert (simulated / f"7/{command.copy_id}/disk-0.qcow2").stat().st_size == 40 * MIB


def test_a_file_with_content_is_copied_on_a_simulated_host_too(simulated):
    qemu_img("create", "-q", "-f", "qcow2", simulated / "real.qcow2", MIB)
    files = (FileToCopy(path="real.qcow2", format="qcow2", number=0),)

    (told,) = copy_template_files(CopyTemplateFiles(files=files, **names()), Progress())["disks"]

    assert (simulated / told["path"]).read_bytes() == (simulated / "real.qcow2").read_bytes()


def test_the_package_of_holes_can_be_taken_in_again(simulated, tmp_path):
    disk = DiskToExport(
        path=holes(simulated, size_bytes=41 * MIB), format="qcow2", number=0, virtual_size_bytes=40 * MIB
    )
    machine = PackageMachine(name="Tiny", memory_mib=128)

    told = export_package(ExportPackage(machine=machine, disks=(disk,), **names()), Progress())

    package = simulated / told["path"]
    assert told["file_size_bytes"] == package.stat().st_size < MIB
    (again,), proposal = unpack(package, tmp_path, tmp_path)
    assert (again.format, proposal["name"]) == (DiskFormat.VMDK, "Tiny")


def test_without_qemu_img_a_package_of_holes_names_its_disk_only(simulated, monkeypatch):
    monkeypatch.setenv("PATH", "")
    disk = DiskToExport(path=holes(simulated), format="qcow2", number=0, virtual_size_bytes=40 * MIB)
    machine = PackageMachine(name="Tiny", memory_mib=128)

    told = export_package(ExportPackage(machine=machine, disks=(disk,), **names()), Progress())

    with tarfile.open(simulated / told["path"]) as opened:
        assert opened.getnames()[0] == "template.ovf"
