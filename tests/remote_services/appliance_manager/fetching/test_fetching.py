"""Fetching from a real server that serves well: what comes is taken in as an upload is."""

import hashlib
import threading

import pytest

from contracts.vocabulary import ErrorCode, RefusalCode
from remote_services.appliance_manager.staging import NoRoom, Staging
from remote_services.images import ImageRefused
from remote_services.runtime.errors import Cancelled
from tests.remote_services.appliance_manager.fetching.conftest import ENTERPRISE, MIB

SHA256, SHA512 = hashlib.sha256, hashlib.sha512


def test_an_image_becomes_a_disk_under_a_name_of_ours(depot, mirror, image):
    command = depot.command(mirror.serve("/images/debian%2012.qcow2", image))

    told = depot.run(command)

    path = f"{ENTERPRISE}/{command.upload_id}/disk-0.qcow2"
    assert [(disk["path"], disk["sha256"]) for disk in told["disks"]] == [(path, SHA256(image).hexdigest())]
    assert told["file_name"] == "debian 12.qcow2"
    assert (depot.root / path).read_bytes() == image
    assert (depot.files(), depot.staged()) == ([path], [])


def test_a_name_that_the_server_gives_tells_the_format(depot, mirror, image):
    url = mirror.serve("/get", image, headers={"Content-Disposition": 'attachment; filename="../a b.qcow2"'})

    assert depot.fetch(f"{url}?id=5&token=secret")["file_name"] == "a b.qcow2"


def test_an_iso_comes_in_as_a_raw_file(depot, mirror):
    content = bytes(16 * 2048) + b"\x01CD001\x01" + bytes(2048 * 4 - 7)

    told = depot.fetch(mirror.serve("/install.iso", content))

    assert [disk["format"] for disk in told["disks"]] == ["raw"]


@pytest.mark.parametrize(("field", "algorithm"), [("sha256", SHA256), ("sha512", SHA512)])
def test_a_checksum_is_compared(depot, mirror, image, field, algorithm):
    url = mirror.serve("/disk.qcow2", image)

    assert depot.fetch(url, **{field: algorithm(image).hexdigest().upper()})["disks"]
    with pytest.raises(ImageRefused) as refused:
        depot.fetch(url, **{field: algorithm(b"another").hexdigest()})

    assert refused.value.code == RefusalCode.CHECKSUM
    assert algorithm(image).hexdigest() in refused.value.detail
    assert len(depot.files()) == 1


def test_a_connection_cut_half_way_goes_on_where_it_was(depot, mirror, image):
    half = len(image) // 2
    url = mirror.serve("/disk.qcow2", image, cut_at=[half])

    told = depot.fetch(url)

    assert told["disks"][0]["sha256"] == SHA256(image).hexdigest()
    assert mirror.ranges_of("/disk.qcow2") == ["", f"bytes={half}-"]


def test_a_server_that_ignores_ranges_is_asked_for_all_of_it_again(depot, mirror, image):
    url = mirror.serve("/disk.qcow2", image, cut_at=[len(image) // 2], ranges=False)

    assert depot.fetch(url)["disks"][0]["sha256"] == SHA256(image).hexdigest()


def test_a_file_that_nothing_tells_from_another_is_never_pieced_together(depot, mirror, image):
    url = mirror.serve("/disk.qcow2", image, cut_at=[len(image) // 2], etag=None)

    assert depot.fetch(url)["disks"][0]["sha256"] == SHA256(image).hexdigest()
    assert mirror.ranges_of("/disk.qcow2") == ["", ""]


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(depot, mirror, image):
    mirror.serve("/disk.qcow2", bytes(len(image)), cut_at=[len(image) // 2])
    served = mirror.files["/disk.qcow2"]
    changed = mirror.serve("/disk.qcow2", image, etag='"two"')
    mirror.files["/disk.qcow2"] = served

    def become_another(handler) -> None:
        mirror.behaves.clear()
        mirror.answer(handler)
        mirror.serve("/disk.qcow2", image, etag='"two"')

    mirror.behaves["/disk.qcow2"] = become_another

    assert depot.fetch(changed)["disks"][0]["sha256"] == SHA256(image).hexdigest()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_passing_trouble_is_asked_again(depot, mirror, image, status):
    assert depot.fetch(mirror.serve("/disk.qcow2", image, statuses=[status]))["disks"]


def test_what_an_earlier_process_got_is_gone_on_with(depot, mirror, image):
    url = mirror.serve("/disk.qcow2", image, pause_seconds=0.05, piece_bytes=MIB)
    command = depot.command(url)
    killed = threading.Event()

    def die(percent: int) -> None:
        killed.set()
        raise SystemExit

    depot.context.progress = die
    with pytest.raises(SystemExit):
        depot.run(command)
    there = (depot.root / ".staging" / str(command.upload_id) / "data").stat().st_size
    depot.context.progress = lambda percent: None

    told = depot.run(command)

    assert killed.is_set()
    assert told["disks"][0]["sha256"] == SHA256(image).hexdigest()
    assert mirror.ranges_of("/disk.qcow2")[1:] == ([f"bytes={there}-"] if there else [""])


def test_a_command_that_comes_again_tells_the_same_end_and_fetches_nothing(depot, mirror, image):
    command = depot.command(mirror.serve("/disk.qcow2", image))
    first = depot.run(command)

    assert depot.run(command) == first
    assert len(mirror.asked) == 1


def test_two_deliveries_of_one_command_at_once_fetch_once(depot, mirror, image):
    command = depot.command(mirror.serve("/disk.qcow2", image, pause_seconds=0.02))
    ends: list[dict] = []
    threads = [threading.Thread(target=lambda: ends.append(depot.run(command))) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(ends) == 2 and ends[0] == ends[1]
    assert len(mirror.asked) == 1


def test_cancelled_half_way_it_ends_soon_and_leaves_nothing(depot, mirror, image):
    command = depot.command(mirror.serve("/disk.qcow2", image, pause_seconds=0.3))
    begun, refused = threading.Event(), []
    depot.context.progress = lambda percent: begun.set()

    def fetch() -> None:
        try:
            depot.run(command)
        except Cancelled as error:
            refused.append(error.code)

    thread = threading.Thread(target=fetch)
    thread.start()
    assert begun.wait(30)
    depot.cancel(command.upload_id)
    thread.join(30)

    assert refused == [ErrorCode.CANCELLED]
    assert (depot.files(), depot.staged()) == ([], [])


def test_a_command_that_comes_after_its_cancellation_does_not_begin(depot, mirror, image):
    command = depot.command(mirror.serve("/disk.qcow2", image))
    depot.cancel(command.upload_id)

    with pytest.raises(Cancelled):
        depot.run(command)

    assert (mirror.asked, depot.files(), depot.staged()) == ([], [], [])


def test_cancelling_what_is_there_already_removes_it(depot, mirror, image):
    command = depot.command(mirror.serve("/disk.qcow2", image))
    depot.run(command)

    depot.cancel(command.upload_id)

    assert (depot.files(), depot.staged()) == ([], [])


def test_room_promised_to_a_fetch_is_nobody_elses(depot, mirror, image, monkeypatch):
    free_bytes = 80 * MIB + 64 * MIB
    monkeypatch.setattr("remote_services.runtime.mount.room", lambda root: (2**40, free_bytes))
    command = depot.command(mirror.serve("/disk.qcow2", image, cut_at=[MIB] * 100, etag=None))
    refused: list[Exception] = []

    def ask(percent: int) -> None:
        try:
            Staging(depot.root).require_room(78 * MIB)
        except NoRoom as error:
            refused.append(error)

    depot.context.progress = ask
    with pytest.raises(Exception, match="tried"):
        depot.run(command)

    assert refused
