"""Config drives: real ISO images, whole or not there, of nothing but what was sealed for their machine."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from pycdlib import PyCdlib

from contracts.appliance import (
    DeleteGuestDrive,
    DeleteMachineDisks,
    DiskPlace,
    GuestFiles,
    WriteGuestDrive,
)
from contracts.base import Failed, Succeeded
from contracts.sealing import guest_drive_purpose
from contracts.vocabulary import ErrorCode
from remote_services.appliance_manager import (
    guest_drive,
    handlers,  # noqa: F401  registers them
)
from remote_services.runtime.errors import DatastoreFull
from remote_services.runtime.execution import outcome_of
from remote_services.runtime.settings import settings
from tests.remote_services.sealing import sealed

FILES = {"user_data": "#!/bin/sh\necho zq-canary\n", "meta_data.json": "{}", "vm-variables.rc": "'A'='ü'\n"}
MIB = 2**20


@pytest.fixture
def datastore(tmp_path) -> Path:
    directory = tmp_path / "datastore"
    directory.mkdir()
    return directory


def order(datastore, machine_id=None, files=None, **changes) -> WriteGuestDrive:
    machine_id = machine_id or uuid4()
    text = GuestFiles(files=FILES if files is None else files).model_dump_json()
    fields = {
        "operation_id": uuid4(), "machine_id": machine_id, "datastore_path": str(datastore),
        "sealed": sealed(text, guest_drive_purpose(machine_id)),
    }  # fmt: skip
    return WriteGuestDrive(**fields | changes)


def done(command):
    outcome = outcome_of(command, None)
    assert isinstance(outcome, Succeeded), outcome
    return outcome.output


def refused(command) -> Failed:
    outcome = outcome_of(command, None)
    assert isinstance(outcome, Failed), outcome
    return outcome


def read(path) -> tuple[str, dict[str, str]]:
    """The label of an image, and its files by name, as Linux sees them."""
    iso = PyCdlib()
    iso.open(str(path))
    label = iso.pvd.volume_identifier.decode().strip()
    names = [
        child.rock_ridge.name().decode()
        for child in iso.list_children(rr_path="/openstack/latest")
        if child is not None and not child.is_dot() and not child.is_dotdot()
    ]
    found = {}
    for name in names:
        content = io.BytesIO()
        iso.get_file_from_iso_fp(content, rr_path=f"/openstack/latest/{name}")
        joliet = io.BytesIO()
        iso.get_file_from_iso_fp(joliet, joliet_path=f"/openstack/latest/{name}")
        assert joliet.getvalue() == content.getvalue()
        found[name] = content.getvalue().decode()
    iso.close()
    return label, found


def test_a_drive_holds_its_files_under_the_label_guests_look_for(datastore):
    command = order(datastore)

    made = done(command)

    assert read(made["path"]) == ("config-2", FILES)
    assert made["path"] == f"{datastore}/{command.machine_id}.guest.iso"
    assert Path(made["path"]).stat().st_mode & 0o777 == 0o600
    assert made["size_bytes"] == Path(made["path"]).stat().st_size


def test_the_same_order_twice_leaves_one_drive_and_a_later_one_replaces_it(datastore):
    command = order(datastore)
    done(command)
    done(command)
    done(order(datastore, command.machine_id, {"user_data": "#!later"}))

    (drive,) = datastore.iterdir()
    assert read(drive)[1] == {"user_data": "#!later"}


def test_a_whole_load_of_user_data_fits(datastore):
    text = "#!/bin/sh\n" + "#" * 65_000
    assert read(done(order(datastore, files={"user_data": text}))["path"])[1]["user_data"] == text


@pytest.mark.parametrize(
    "change",
    [
        {"machine_id": uuid4()},
        {"sealed": "d1:AAAA"},
        {"sealed": "d1:%%%"},
        {"sealed": "{}"},
        {"sealed": sealed(GuestFiles(files=FILES).model_dump_json(), guest_drive_purpose(uuid4()))},
    ],
)
def test_what_was_not_sealed_for_the_machine_is_not_written(datastore, change):
    failed = refused(order(datastore).model_copy(update=change))

    assert failed.code == ErrorCode.CANNOT_UNSEAL
    assert not list(datastore.iterdir())


def test_a_service_with_another_key_says_so(datastore, monkeypatch):
    monkeypatch.setenv("ATRIUM_DATACENTER_KEY", "another key")
    settings.cache_clear()

    failed = refused(order(datastore))

    assert failed.code == ErrorCode.CANNOT_UNSEAL
    assert "ATRIUM_DATACENTER_KEY" in failed.detail


@pytest.mark.parametrize("name", ["../escape", "a/b", "", "Upper", "x" * 100, "new\nline"])
def test_a_name_that_leads_elsewhere_is_refused(datastore, name):
    refused(order(datastore, files={name: "x"}))
    assert not list(datastore.iterdir())


@pytest.mark.parametrize("path", ["relative", "/nowhere/at/all"])
def test_a_missing_datastore_is_told(path):
    assert refused(order(path)).code == ErrorCode.DATASTORE_MISSING


def test_nothing_of_what_is_written_is_logged(datastore, caplog):
    caplog.set_level("DEBUG")
    done(order(datastore))
    refused(order(datastore, sealed="d1:AAAA"))
    refused(order("/nowhere"))
    assert "zq-canary" not in caplog.text


@pytest.mark.hypervisor
def test_a_full_datastore_keeps_the_drive_that_was_there_and_no_piece_of_another(tmp_path):
    small, machine_id = tmp_path / "small", uuid4()
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "atrium-test", small], check=True)
    try:
        before = guest_drive.write(small, machine_id, b"before", reserve_bytes=0)
        (small / "ballast").write_bytes(bytes(MIB - 128 * 1024))
        image = guest_drive.image_of({"user_data": "#" * 60_000})
        for reserve_bytes in (0, -2 * len(image)):
            with pytest.raises(DatastoreFull, match="free"):
                guest_drive.write(small, machine_id, image, reserve_bytes)
        assert refused(order(small)).code == ErrorCode.DATASTORE_FULL
        assert sorted(path.name for path in small.iterdir()) == sorted([before.name, "ballast"])
        assert before.read_bytes() == b"before"
    finally:
        subprocess.run(["umount", small], check=True)


KILLED = """
import os, signal
from pathlib import Path
from uuid import UUID
from remote_services.appliance_manager import guest_drive
whole = guest_drive._write_through
def half(path, image):
    whole(path, image[:100])
    os.kill(os.getpid(), signal.SIGKILL)
guest_drive._write_through = half
guest_drive.write(Path({folder!r}), UUID({machine!r}), b"x" * 1000, 0)
"""


def test_a_worker_killed_while_writing_leaves_what_the_next_attempt_replaces(datastore):
    command = order(datastore)
    program = KILLED.format(folder=str(datastore), machine=str(command.machine_id))
    died = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    (half,) = datastore.iterdir()
    assert half.name.endswith(".partial")
    os.utime(half, (0, 0))

    done(command)

    (drive,) = datastore.iterdir()
    assert read(drive) == ("config-2", FILES)


@pytest.mark.parametrize("by", ["drive", "disks"])
def test_a_drive_goes_by_itself_or_with_the_disks_and_what_is_gone_is_fine(datastore, by):
    command = order(datastore)
    done(command)
    (datastore / f".{command.machine_id}.1-2.partial").write_bytes(b"half")
    kept = done(order(datastore))["path"]
    ids = {"operation_id": uuid4(), "machine_id": command.machine_id}
    place = DiskPlace(disk_id=uuid4(), datastore_path=str(datastore))
    delete = (
        DeleteGuestDrive(**ids, datastore_path=str(datastore))
        if by == "drive"
        else DeleteMachineDisks(**ids, disks=(place,))
    )

    done(delete)
    done(delete)

    assert [str(path) for path in datastore.iterdir()] == [kept]
