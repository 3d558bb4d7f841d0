"""Disks made of templates by the real qemu-img, and every way in which that must be refused."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from contracts.appliance import DeleteDisk, ProvisionDisk
from contracts.vocabulary import DiskFormat, ErrorCode
from remote_services.appliance_manager import overlay
from remote_services.appliance_manager.handlers.delete_disk import delete_disk
from remote_services.appliance_manager.handlers.provision_disk import provision_disk
from remote_services.images import repository
from remote_services.runtime.errors import (
    DatastoreFull,
    DatastoreMissing,
    OwnershipMismatch,
    RemoteError,
    TemplateMissing,
)
from remote_services.runtime.settings import settings

MIB = 2**20


def qemu_img(*arguments) -> str:
    return subprocess.run(
        ["qemu-img", *map(str, arguments)], check=True, capture_output=True, text=True, timeout=30
    ).stdout


def described(path) -> dict:
    return json.loads(qemu_img("info", "-U", "-f", "qcow2", "--output=json", path))


@pytest.fixture
def template_repository(tmp_path, monkeypatch):
    directory = tmp_path / "repository"
    directory.mkdir()
    qemu_img("create", "-q", "-f", "qcow2", directory / "tiny.qcow2", "8M")
    monkeypatch.setenv("ATRIUM_BROKER_URL", "memory://")
    monkeypatch.setenv("ATRIUM_DATACENTER_ID", str(uuid4()))
    monkeypatch.setenv("ATRIUM_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    settings.cache_clear()
    yield directory
    settings.cache_clear()


@pytest.fixture
def datastore(tmp_path):
    directory = tmp_path / "datastore"
    directory.mkdir()
    return directory


def command_for(datastore, template_path="tiny.qcow2", size_bytes=8 * MIB, **changes) -> ProvisionDisk:
    fields = {
        "operation_id": uuid4(),
        "disk_id": uuid4(),
        "template_path": template_path,
        "template_format": "qcow2",
        "datastore_path": str(datastore),
        "size_bytes": size_bytes,
    }
    return ProvisionDisk(**fields | changes)


def provision(command) -> dict:
    return provision_disk(command, None)


def test_a_disk_is_an_overlay_over_its_template_with_both_formats_written_down(
    template_repository, datastore
):
    command = command_for(datastore)
    output = provision(command)
    assert output["path"] == str(datastore / f"{command.disk_id}.qcow2")
    assert output["format"] == "qcow2"
    disk = described(output["path"])
    assert disk["backing-filename"] == str(template_repository / "tiny.qcow2")
    assert disk["backing-filename-format"] == "qcow2"


def test_a_disk_larger_than_its_template_gets_its_own_size(template_repository, datastore):
    output = provision(command_for(datastore, size_bytes=64 * MIB))
    assert described(output["path"])["virtual-size"] == output["size_bytes"] == 64 * MIB


def test_a_disk_is_never_smaller_than_its_template(template_repository, datastore):
    output = provision(command_for(datastore, size_bytes=MIB))
    assert described(output["path"])["virtual-size"] == output["size_bytes"] == 8 * MIB


@pytest.mark.parametrize("disk_format", ["raw", "vmdk", "vdi"])
def test_a_template_in_another_format_is_used_as_what_it_is(template_repository, datastore, disk_format):
    qemu_img("create", "-q", "-f", disk_format, template_repository / f"tiny.{disk_format}", "16M")
    output = provision(command_for(datastore, f"tiny.{disk_format}", template_format=disk_format))
    disk = described(output["path"])
    assert (disk["backing-filename-format"], disk["virtual-size"]) == (disk_format, 16 * MIB)


def test_only_the_owner_may_read_a_disk(template_repository, datastore):
    path = datastore / provision(command_for(datastore))["path"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_command_again_leaves_what_the_guest_has_written(template_repository, datastore):
    command = command_for(datastore)
    path = provision(command)["path"]
    subprocess.run(
        ["qemu-io", "-f", "qcow2", "-c", "write -P 42 0 64k", path], check=True, capture_output=True
    )
    assert provision(command)["path"] == path
    read = subprocess.run(
        ["qemu-io", "-f", "qcow2", "-c", "read -P 42 0 64k", path], check=True, capture_output=True, text=True
    )
    assert "Pattern verification failed" not in read.stdout


@pytest.mark.parametrize("content", [b"", b"somebody's data" * 100])
def test_a_file_in_the_way_is_neither_used_nor_touched(template_repository, datastore, content):
    command = command_for(datastore)
    in_the_way = datastore / f"{command.disk_id}.qcow2"
    in_the_way.write_bytes(content)
    with pytest.raises(OwnershipMismatch):
        provision(command)
    assert in_the_way.read_bytes() == content


def test_a_disk_of_another_template_in_the_way_is_refused(template_repository, datastore):
    qemu_img("create", "-q", "-f", "qcow2", template_repository / "other.qcow2", "8M")
    command = command_for(datastore)
    provision(command)
    with pytest.raises(OwnershipMismatch):
        provision(command.model_copy(update={"template_path": "other.qcow2"}))


def test_deliveries_at_the_same_time_make_one_disk(template_repository, datastore):
    command = command_for(datastore)
    with ThreadPoolExecutor(4) as pool:
        paths = {output["path"] for output in pool.map(provision, [command] * 4)}
    assert [str(path) for path in datastore.iterdir()] == list(paths)


def test_a_missing_template_is_named(template_repository, datastore):
    with pytest.raises(TemplateMissing, match="absent.qcow2"):
        provision(command_for(datastore, "absent.qcow2"))
    assert not list(datastore.iterdir())


@pytest.mark.parametrize(
    "path", ["../outside.qcow2", "/etc/passwd", "a/../../outside.qcow2", ".", "nul\0byte"]
)
def test_a_path_that_leads_out_of_the_repository_is_refused(template_repository, datastore, path):
    qemu_img("create", "-q", "-f", "qcow2", template_repository.parent / "outside.qcow2", "8M")
    with pytest.raises(TemplateMissing):
        provision(command_for(datastore, path))


def test_a_link_that_leads_out_of_the_repository_is_refused(template_repository, datastore):
    qemu_img("create", "-q", "-f", "qcow2", template_repository.parent / "outside.qcow2", "8M")
    (template_repository / "link.qcow2").symlink_to(template_repository.parent / "outside.qcow2")
    with pytest.raises(TemplateMissing, match="leads out"):
        provision(command_for(datastore, "link.qcow2"))


@pytest.mark.parametrize(
    "option", ["backing_file=/etc/passwd,backing_fmt=raw", "data_file=/tmp/elsewhere.raw"]
)
def test_a_template_that_refers_to_another_file_is_refused(template_repository, datastore, tmp_path, option):
    evil = template_repository / "evil.qcow2"
    option = option.replace("/tmp", str(tmp_path))
    qemu_img("create", "-q", "-u", "-f", "qcow2", "-o", option, evil, "8M")
    with pytest.raises(repository.TemplateUnusable, match="backing_file|external_data"):
        provision(command_for(datastore, "evil.qcow2"))


def test_a_descriptor_that_names_another_file_is_refused(template_repository, datastore, tmp_path):
    (tmp_path / "secret.raw").write_bytes(bytes(MIB))
    (template_repository / "evil.vmdk").write_text(
        '# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType="monolithicFlat"\n'
        f'RW 2048 FLAT "{tmp_path}/secret.raw" 0\n'
    )
    with pytest.raises(repository.TemplateUnusable, match="foreign_extent"):
        provision(command_for(datastore, "evil.vmdk", template_format="vmdk"))


@pytest.mark.parametrize("disk_format", ["qcow2", "vmdk", "vhdx"])
def test_a_template_that_is_not_what_it_is_called_is_refused(template_repository, datastore, disk_format):
    (template_repository / "text").write_text("not a disk at all " * 100)
    with pytest.raises(repository.TemplateUnusable):
        provision(command_for(datastore, "text", template_format=disk_format))


@pytest.mark.parametrize("path", ["relative/path", "/nowhere/at/all"])
def test_a_missing_datastore_is_named(template_repository, path):
    with pytest.raises(DatastoreMissing, match=path):
        provision(command_for(path))


@pytest.mark.hypervisor
def test_a_datastore_below_its_reserve_is_full_with_numbers(template_repository, small_file_system):
    with pytest.raises(DatastoreFull, match=r"has [01]\.\d MiB free; 64\.0 MiB are needed"):
        provision(command_for(small_file_system))
    assert not list(small_file_system.iterdir())


@pytest.mark.hypervisor
def test_a_datastore_that_fills_up_meanwhile_keeps_no_partial_file(template_repository, small_file_system):
    template = repository.find_template(template_repository, "tiny.qcow2", DiskFormat.QCOW2)
    (small_file_system / "ballast").write_bytes(bytes(MIB - 64 * 1024))
    with pytest.raises(DatastoreFull, match="free"):
        overlay.make_overlay(small_file_system / f"{uuid4()}.qcow2", template, 8 * MIB, reserve_bytes=0)
    assert [path.name for path in small_file_system.iterdir()] == ["ballast"]


@pytest.fixture
def small_file_system(tmp_path):
    directory = tmp_path / "small"
    directory.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "atrium-test", directory], check=True)
    yield directory
    subprocess.run(["umount", directory], check=True)


def test_a_file_left_by_a_killed_attempt_goes_with_the_disk(template_repository, datastore):
    command = command_for(datastore)
    provision(command)
    (datastore / f".{command.disk_id}.123-456.partial").write_bytes(b"half")
    delete(datastore, command.disk_id)
    assert not list(datastore.iterdir())


def test_deleting_a_disk_leaves_the_template_and_other_disks(template_repository, datastore):
    one, other = command_for(datastore), command_for(datastore)
    provision(one)
    kept = provision(other)["path"]
    delete(datastore, one.disk_id)
    assert [str(path) for path in datastore.iterdir()] == [kept]
    assert (template_repository / "tiny.qcow2").exists()


def test_deleting_what_is_not_there_is_fine(datastore):
    delete(datastore, uuid4())
    delete(datastore / "gone", uuid4())


def delete(datastore, disk_id: UUID):
    delete_disk(DeleteDisk(operation_id=uuid4(), disk_id=disk_id, datastore_path=str(datastore)), None)


def test_every_failure_has_a_code_the_server_knows():
    for error in (TemplateMissing, repository.TemplateUnusable, DatastoreFull, DatastoreMissing, RemoteError):
        assert error.code in ErrorCode
