"""Disks made larger than their templates, at once or while the machine is off, through the real qemu-img."""

import os
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest

from contracts.appliance import DiskGrowth, GrowMachineDisks
from remote_services.appliance_manager.growing import DiskMissing
from remote_services.appliance_manager.handlers.grow_machine_disks import grow_machine_disks
from remote_services.runtime.errors import DatastoreFull, OwnershipMismatch, RemoteError
from tests.remote_services.appliance_manager.test_provision_machine_disks import (
    MADE,
    MIB,
    SIZE,
    Progress,
    content,
    datastore,
    described,
    order_of,
    provision,
    repository,
    same,
    template_of,
)

__all__ = ["content", "datastore", "repository"]


def grow(datastore, disk_id: UUID, size_bytes: int) -> int:
    """Answers how large it is then."""
    order = DiskGrowth(disk_id=disk_id, datastore_path=str(datastore), size_bytes=size_bytes)
    command = GrowMachineDisks(operation_id=uuid4(), machine_id=uuid4(), disks=(order,))
    return grow_machine_disks(command, Progress())["disks"][0]["size_bytes"]


@pytest.mark.parametrize("clone", [False, True])
@pytest.mark.parametrize("kind", MADE)
def test_a_disk_of_any_template_is_larger_than_it_and_grows_on(content, repository, datastore, kind, clone):
    order = order_of(template_of(content, repository, kind), datastore, size_bytes=2 * SIZE, clone=clone)
    if kind == "vhdx":
        order = order.model_copy(update={"clone": True})
    (made,) = provision(order)
    assert described(made["path"])["virtual-size"] == 2 * SIZE

    for _time in range(2):
        assert grow(datastore, order.disk_id, 3 * SIZE + MIB) == 3 * SIZE + MIB

    assert described(made["path"])["virtual-size"] == 3 * SIZE + MIB
    assert same(content, made["path"])
    assert grow(datastore, order.disk_id, SIZE) == 3 * SIZE + MIB


def test_a_disk_that_a_machine_has_open_does_not_grow(content, repository, datastore):
    (made,) = provision(order_of(template_of(content, repository, "vmdk"), datastore))
    with TemporaryDirectory() as short:
        ready = ["qemu-nbd", "--fork", "-f", "qcow2", "-t", "-k", f"{short}/s", "--pid-file", f"{short}/p"]
        subprocess.run([*ready, made["path"]], check=True, capture_output=True, timeout=60)
        try:
            with pytest.raises(RemoteError, match="lock"):
                grow(datastore, UUID(made["disk_id"]), 2 * SIZE)
        finally:
            os.kill(int(Path(short, "p").read_text()), signal.SIGKILL)
    assert described(made["path"])["virtual-size"] == SIZE


def test_what_is_no_disk_of_ours_is_left_alone(datastore):
    missing, foreign = uuid4(), uuid4()
    (datastore / f"{foreign}.qcow2").write_bytes(b"a letter")

    with pytest.raises(DiskMissing):
        grow(datastore, missing, SIZE)
    with pytest.raises(OwnershipMismatch):
        grow(datastore, foreign, SIZE)
    assert (datastore / f"{foreign}.qcow2").read_bytes() == b"a letter"


def test_nothing_grows_where_there_is_no_room_to_write(content, repository, datastore, monkeypatch):
    (made,) = provision(order_of(template_of(content, repository, "qcow2"), datastore))
    monkeypatch.setattr("remote_services.runtime.room.RESERVE_BYTES", 2**60)

    with pytest.raises(DatastoreFull):
        grow(datastore, UUID(made["disk_id"]), 2 * SIZE)

    assert described(made["path"])["virtual-size"] == SIZE
