"""Disks of machines made of templates in every format, through the real qemu-img."""

import json
import subprocess
from uuid import uuid4

import pytest

from contracts.appliance import DeleteMachineDisks, DiskOrder, DiskPlace, ProvisionMachineDisks
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.handlers.delete_machine_disks import delete_machine_disks
from remote_services.appliance_manager.handlers.provision_machine_disks import provision_machine_disks
from remote_services.appliance_manager.reflink import share_blocks
from remote_services.images.repository import TemplateUnusable, find_template
from remote_services.runtime.errors import DatastoreFull, OwnershipMismatch
from remote_services.runtime.settings import settings

MIB = 2**20
SIZE = 16 * MIB
MADE = {
    "raw": ("raw",),
    "qcow2": ("qcow2",),
    "qcow2 compressed": ("qcow2", "-c"),
    "qcow2 full": ("qcow2", "-o", "preallocation=falloc"),
    "vmdk": ("vmdk",),
    "vmdk streamOptimized": ("vmdk", "-o", "subformat=streamOptimized"),
    "vdi": ("vdi",),
    "vpc": ("vpc", "-o", "force_size=on"),
    "vhdx": ("vhdx",),
}


class Progress:
    """The context of a handler."""

    def __init__(self):
        self.percents = []

    def progress(self, percent):
        self.percents.append(percent)


def run(*arguments) -> str:
    return subprocess.run(
        list(map(str, arguments)), check=True, capture_output=True, text=True, timeout=60
    ).stdout


def described(path) -> dict:
    return json.loads(run("qemu-img", "info", "-U", "-f", "qcow2", "--output=json", path))


@pytest.fixture
def repository(tmp_path, monkeypatch):
    directory = tmp_path / "repository"
    directory.mkdir()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    settings.cache_clear()
    return directory


@pytest.fixture
def content(tmp_path):
    """What a guest shall read."""
    path = tmp_path / "content.raw"
    with path.open("wb") as file:
        # Neither the mark of a partition table nor of any format, or it were no raw image.
        file.write(b"\xeb\x3c" + bytes(508) + b"\x55\xaa")
        file.seek(3 * MIB)
        file.write(b"atrium" * 50_000)
        file.truncate(SIZE)
    return path


@pytest.fixture
def datastore(tmp_path):
    directory = tmp_path / "datastore"
    directory.mkdir()
    return directory


def template_of(content, repository, kind) -> DiskOrder:
    disk_format, *options = MADE[kind]
    path = repository / f"{uuid4()}.image"
    run("qemu-img", "convert", "-f", "raw", "-O", disk_format, *options, content, path)
    return path.name, disk_format


def order_of(template, datastore, **changes) -> DiskOrder:
    fields = {"disk_id": uuid4(), "source_path": template[0], "source_format": template[1]}
    fields |= {"datastore_path": str(datastore), "size_bytes": SIZE}
    return DiskOrder(**fields | changes)


def provision(*orders) -> list[dict]:
    command = ProvisionMachineDisks(operation_id=uuid4(), machine_id=uuid4(), disks=orders)
    return provision_machine_disks(command, Progress())["disks"]


def same(content, disk, disk_format="qcow2") -> bool:
    compare = ["qemu-img", "compare", "-f", "raw", "-F", disk_format, str(content), str(disk)]
    return subprocess.run(compare, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize("kind", [kind for kind in MADE if kind != "vhdx"])
def test_a_guest_reads_through_its_disk_what_the_template_holds(content, repository, datastore, kind):
    template = template_of(content, repository, kind)

    (disk,) = provision(order_of(template, datastore))

    found = described(disk["path"])
    assert found["backing-filename-format"] == template[1]
    assert found["actual-size"] < MIB, "made at once, not copied"
    assert not disk["standalone"]
    assert same(content, disk["path"])


@pytest.mark.parametrize("kind", MADE)
def test_a_clone_holds_what_the_template_holds_and_refers_to_nothing(content, repository, datastore, kind):
    template = template_of(content, repository, kind)

    (disk,) = provision(order_of(template, datastore, clone=True))

    assert disk["standalone"]
    assert "backing-filename" not in described(disk["path"])
    (repository / template[0]).unlink()
    assert same(content, disk["path"])
    assert [path.name for path in datastore.iterdir()] == [f"{disk['disk_id']}.qcow2"]


def test_a_disk_with_nothing_on_it_stands_alone_and_is_made_once(repository, datastore):
    order = order_of(("", "qcow2"), datastore)
    (disk,) = provision(order)
    found = described(disk["path"])
    assert (found["virtual-size"], found.get("backing-filename")) == (SIZE, None)
    assert disk["standalone"] and provision(order) == [disk]


def test_a_disk_of_a_template_is_not_taken_for_one_with_nothing_on_it(content, repository, datastore):
    order = order_of(template_of(content, repository, "qcow2"), datastore)
    provision(order)
    with pytest.raises(OwnershipMismatch):
        provision(order.model_copy(update={"source_path": ""}))


def test_a_vhdx_is_never_read_through_for_libvirt_takes_it_for_raw(content, repository, datastore):
    with pytest.raises(TemplateUnusable, match="VHDX"):
        provision(order_of(template_of(content, repository, "vhdx"), datastore))
    assert not list(datastore.iterdir())


def test_a_clone_larger_than_its_template_has_its_own_size(content, repository, datastore):
    template = template_of(content, repository, "vmdk")
    (disk,) = provision(order_of(template, datastore, clone=True, size_bytes=2 * SIZE))
    assert described(disk["path"])["virtual-size"] == disk["size_bytes"] == 2 * SIZE


def test_a_clone_that_is_there_is_left_as_its_guest_has_written_it(content, repository, datastore):
    order = order_of(template_of(content, repository, "vdi"), datastore, clone=True)
    (disk,) = provision(order)
    run("qemu-io", "-f", "qcow2", "-c", "write -P 42 0 64k", disk["path"])
    provision(order)
    assert "Pattern verification failed" not in run(
        "qemu-io", "-f", "qcow2", "-c", "read -P 42 0 64k", disk["path"]
    )


def test_an_overlay_in_the_way_of_a_clone_is_not_taken_for_one(content, repository, datastore):
    order = order_of(template_of(content, repository, "vmdk"), datastore)
    provision(order)
    with pytest.raises(OwnershipMismatch):
        provision(order.model_copy(update={"clone": True}))


def test_several_disks_are_made_and_removed_together(content, repository, datastore):
    orders = [order_of(template_of(content, repository, kind), datastore) for kind in ("vmdk", "qcow2")]
    assert len(provision(*orders)) == len(list(datastore.iterdir())) == 2
    places = tuple(DiskPlace(disk_id=each.disk_id, datastore_path=str(datastore)) for each in orders)
    command = DeleteMachineDisks(operation_id=uuid4(), machine_id=uuid4(), disks=places)
    delete_machine_disks(command, Progress())
    delete_machine_disks(command, Progress())
    assert not list(datastore.iterdir())


@pytest.fixture
def block_sharing_file_system(tmp_path):
    """XFS with shared blocks in a file; skips where it can't be mounted."""
    image, directory = tmp_path / "xfs.img", tmp_path / "xfs"
    directory.mkdir()
    with image.open("wb") as file:
        file.truncate(512 * MIB)
    try:
        run("mkfs.xfs", "-q", "-m", "reflink=1", image)
        run("mount", "-o", "loop", image, directory)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system that shares blocks: {error}")
    yield directory
    run("umount", directory)


@pytest.mark.hypervisor
def test_where_blocks_can_be_shared_a_clone_takes_no_room(
    content, block_sharing_file_system, monkeypatch, tmp_path
):
    for name in ("repository", "datastore"):
        (block_sharing_file_system / name).mkdir()
    repository = block_sharing_file_system / "repository"
    template = template_of(content, repository, "qcow2")
    found = find_template(repository, template[0], DiskFormat.QCOW2)
    assert share_blocks(found.path, block_sharing_file_system / "shared.qcow2")
    assert same(content, block_sharing_file_system / "shared.qcow2")


def test_where_blocks_cannot_be_shared_nothing_is_left_of_the_attempt(content, repository, datastore):
    template = find_template(repository, template_of(content, repository, "qcow2")[0], DiskFormat.QCOW2)
    shared = share_blocks(template.path, datastore / "shared.qcow2")
    assert shared == (datastore / "shared.qcow2").exists()


@pytest.mark.hypervisor
def test_a_clone_that_does_not_fit_is_refused_before_it_begins(content, repository, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=65m", "atrium-test", small)
    try:
        with pytest.raises(DatastoreFull, match="MiB free"):
            provision(order_of(template_of(content, repository, "raw"), small, clone=True))
        assert not list(small.iterdir())
    finally:
        run("umount", small)
