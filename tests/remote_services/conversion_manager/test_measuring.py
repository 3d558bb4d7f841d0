"""How many conversions run at a time: what is configured, or what the storage was found to bear."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remote_services.conversion_manager import measuring, turns
from remote_services.conversion_manager.measuring import Measured, choose, conversions_for, mounted_at
from remote_services.runtime import mount, room
from remote_services.runtime.errors import DatastoreFull, TimedOut
from remote_services.runtime.mount import RepositoryAway
from remote_services.runtime.settings import settings
from tests.remote_services.conversion_manager.converting import MIB, left

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /srv/atrium rw - tmpfs under rw
31 30 0:41 /north /srv/atrium rw,noatime shared:7 master:2 - nfs4 store:/export rw,vers=4.2
32 22 0:42 / /srv/atrium\\040south rw - nfs4 store:/south rw
"""
seconds = st.floats(min_value=0.001, max_value=1000)


def wear(path, measured: Measured, identity: str) -> None:
    path.mkdir(parents=True, exist_ok=True)
    told = {"mounted": identity, "measured": {"alone_seconds": measured.alone_seconds,
                                              "together_seconds": measured.together_seconds}}  # fmt: skip
    (path / "storage.json").write_text(json.dumps(told))


@given(alone=seconds, together=seconds)
def test_two_run_exactly_where_two_at_once_write_half_as_much_again(alone, together):
    choice = choose(Measured(alone, together))
    assert choice.conversions == (2 if 2 * alone / together >= 1.5 else 1)
    assert choice.reason.startswith("one" if choice.conversions == 1 else "two")
    assert f"{2 * alone / together:.2f} times" in choice.reason


@pytest.mark.parametrize("measured", [None, Measured(0, 0), Measured(0, 1), Measured(1, 0)])
def test_what_could_not_be_measured_gets_one_with_the_reason(measured):
    choice = choose(measured, "the disk is full")
    assert choice.conversions == 1
    assert ("the disk is full" if measured is None else "too fast") in choice.reason


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/srv/atrium/repository", "nfs4 store:/export /north"),
        ("/srv/atrium", "nfs4 store:/export /north"),
        ("/srv/atrium south/repository", "nfs4 store:/south /"),
        ("/srv/atriumish", "ext4 /dev/vda /"),
        ("/", "ext4 /dev/vda /"),
    ],
)
def test_what_is_mounted_is_told_by_the_last_mount_the_path_lies_in(path, identity, tmp_path):
    assert mounted_at(type(tmp_path)(path), MOUNTS) == identity


def test_measuring_leaves_nothing_in_the_repository(repository):
    measured = measuring.measure(repository)
    assert measured.alone_seconds > 0 and measured.together_seconds > 0
    assert left(repository) == []


def test_measuring_that_takes_too_long_ends_and_leaves_nothing(repository, monkeypatch):
    monkeypatch.setattr(measuring, "LONGEST_SECONDS", 0.0)
    with pytest.raises(TimedOut, match="more than"):
        measuring.measure(repository)
    assert left(repository) == []


def test_measuring_takes_nothing_of_the_reserve(repository, monkeypatch):
    most = room.RESERVE_BYTES + 3 * measuring.FILE_MIB * MIB
    monkeypatch.setattr(room, "free_space_bytes", lambda directory: most - 1)
    with pytest.raises(DatastoreFull):
        measuring.measure(repository)


def test_what_was_measured_is_believed_as_long_as_the_same_is_mounted(repository, tmp_path):
    state = tmp_path / "state"
    first = conversions_for(repository, state)
    kept = json.loads((state / "storage.json").read_text())
    assert choose(Measured(**kept["measured"])) == first

    wear(state, Measured(1.0, 1.0), kept["mounted"])
    believed = conversions_for(repository, state)
    assert believed.reason == "two: two at once write 2.00 times as much as one alone"

    wear(state, Measured(1.0, 1.0), "nfs4 elsewhere:/ /")
    conversions_for(repository, state)
    assert json.loads((state / "storage.json").read_text())["mounted"] == kept["mounted"]


@pytest.mark.parametrize("spoilt", ["", "{}", "[]", '{"mounted": 1, "measured": null}', "null"])
def test_a_memory_that_can_not_be_read_is_made_anew(repository, tmp_path, spoilt):
    state = tmp_path / "state"
    state.mkdir()
    (state / "storage.json").write_text(spoilt)
    conversions_for(repository, state)
    assert "alone_seconds" in json.loads((state / "storage.json").read_text())["measured"]


def test_a_measurement_that_failed_gives_one_and_is_not_remembered(repository, tmp_path, monkeypatch):
    monkeypatch.setattr(measuring, "LONGEST_SECONDS", 0.0)
    choice = conversions_for(repository, tmp_path / "state")
    assert choice.conversions == 1 and "takes more than" in choice.reason
    assert not (tmp_path / "state" / "storage.json").exists()


def test_a_bare_mount_point_is_not_measured(repository, tmp_path):
    (repository / mount.MARKER).unlink()
    with pytest.raises(RepositoryAway):
        conversions_for(repository, tmp_path / "state")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("configured", [1, 2])
def test_what_is_configured_wins_and_nothing_is_measured(repository, tmp_path, monkeypatch, configured):
    monkeypatch.setenv("ATRIUM_CONVERSION_CONCURRENCY", str(configured))
    settings.cache_clear()
    assert turns.conversions_at_a_time() == configured
    assert not (tmp_path / "state" / "storage.json").exists()


def test_where_nothing_is_configured_the_storage_decides(repository, tmp_path, monkeypatch):
    monkeypatch.delenv("ATRIUM_CONVERSION_CONCURRENCY")
    settings.cache_clear()
    kept_at = tmp_path / "state"
    wear(kept_at, Measured(1.0, 1.0), mounted_at(repository, measuring.MOUNTS.read_text()))
    assert turns.conversions_at_a_time() == 2
