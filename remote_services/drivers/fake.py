"""A hypervisor made of an SQLite file, shared by all processes that name the same folder.

``fake:///var/lib/host1`` keeps its machines there. A file named ``unreachable`` in the folder makes the
host go away until it is removed, one named ``trays-locked`` makes guests hold their CD-ROM drives shut. It
also documents what the real drivers must do.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from contracts.virtualization import CdromSpec, MachineSpec
from contracts.vocabulary import DiskFormat, PowerState
from remote_services.drivers.base import HypervisorDriver, MachineChange, MachineInfo, StreamState
from remote_services.runtime.errors import (
    DriveLocked,
    HypervisorRefused,
    MachineNotFound,
    NoFreeDrive,
    OwnershipMismatch,
    Unreachable,
)

POLL_SECONDS = 0.2
STREAM_SECONDS = 1.0
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS machine (id TEXT PRIMARY KEY, spec TEXT NOT NULL,"
    " power_state TEXT NOT NULL, owned INTEGER NOT NULL DEFAULT 1)",
    "CREATE TABLE IF NOT EXISTS change (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " machine_id TEXT NOT NULL, power_state TEXT NOT NULL, reason TEXT NOT NULL,"
    " changed_at TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS stream (machine_id TEXT, path TEXT, began REAL, standalone INTEGER,"
    " PRIMARY KEY (machine_id, path))",
)


def open_fake(uri: str) -> "FakeDriver":
    path = unquote(urlsplit(uri).path)
    if not path.startswith("/"):
        raise HypervisorRefused(f"“{uri}” names no folder: write fake:///absolute/folder.")
    return FakeDriver(Path(path))


class FakeDriver(HypervisorDriver):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._of_this_thread = threading.local()
        folder.mkdir(parents=True, exist_ok=True)
        with self._database() as database:
            for statement in SCHEMA:
                database.execute(statement)

    def power_states(self) -> dict[UUID, PowerState]:
        with self._database() as database:
            rows = database.execute("SELECT id, power_state FROM machine WHERE owned").fetchall()
        return {UUID(machine_id): PowerState(state) for machine_id, state in rows}

    def machine(self, machine_id: UUID) -> MachineInfo:
        with self._database() as database:
            spec, state = _look_up(database, machine_id)
        return MachineInfo(machine_id, spec.name, state, spec.vcpus, spec.memory_mib)

    def define(self, spec: MachineSpec) -> None:
        with self._database() as database:
            with suppress(MachineNotFound):
                if _look_up(database, spec.machine_id)[1] is not PowerState.OFF:
                    return
            database.execute(
                "INSERT INTO machine (id, spec, power_state) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET spec = excluded.spec",
                (str(spec.machine_id), spec.model_dump_json(), PowerState.OFF),
            )
            _record(database, spec.machine_id, PowerState.OFF, "defined")

    def undefine(self, machine_id: UUID) -> None:
        with self._database() as database, suppress(MachineNotFound):
            _look_up(database, machine_id)
            for table, column in (("machine", "id"), ("stream", "machine_id")):
                database.execute(f"DELETE FROM {table} WHERE {column} = ?", (str(machine_id),))  # noqa: S608
            _record(database, machine_id, PowerState.MISSING, "undefined")

    def start(self, machine_id: UUID) -> None:
        self._switch(machine_id, PowerState.ON, "started")

    def power_off(self, machine_id: UUID) -> None:
        self._switch(machine_id, PowerState.OFF, "destroyed")

    def pause(self, machine_id: UUID) -> None:
        self._switch(machine_id, PowerState.PAUSED, "paused", refused_in={PowerState.OFF})

    def reset(self, machine_id: UUID) -> None:
        with self._database() as database:
            if _look_up(database, machine_id)[1] is PowerState.OFF:
                raise HypervisorRefused("The machine is switched off.")

    def shut_down(self, machine_id: UUID, timeout_seconds: float) -> None:
        self._switch(machine_id, PowerState.OFF, "shut down", refused_in={PowerState.PAUSED})

    def watch(
        self, on_change: Callable[[MachineChange], None], on_lost: Callable[[str], None]
    ) -> "FakeWatch":
        return FakeWatch(self, on_change, on_lost)

    def stream_state(self, machine_id: UUID, path: str) -> StreamState:
        with self._database() as database:
            state = _look_up(database, machine_id)[1]
            if state is PowerState.OFF:
                database.execute(
                    "DELETE FROM stream WHERE machine_id = ? AND NOT standalone", (str(machine_id),)
                )
                return StreamState(powered=False)
            found = database.execute(
                "SELECT began, standalone FROM stream WHERE machine_id = ? AND path = ?",
                (str(machine_id), path),
            ).fetchone()
            if found is None or found[1]:
                return StreamState(powered=True, standalone=found is not None)
            part = (time.time() - found[0]) / STREAM_SECONDS
            if part < 1:
                return StreamState(powered=True, running=True, percent=int(part * 100))
            database.execute(
                "UPDATE stream SET standalone = 1 WHERE machine_id = ? AND path = ?", (str(machine_id), path)
            )
            return StreamState(powered=True, standalone=True)

    def begin_stream(self, machine_id: UUID, path: str, bandwidth_mib_per_second: int = 0) -> None:
        if not self.stream_state(machine_id, path).powered:
            raise HypervisorRefused("The machine is switched off.")
        with self._database() as database:
            database.execute(
                "INSERT OR IGNORE INTO stream VALUES (?, ?, ?, 0)", (str(machine_id), path, time.time())
            )

    def abort_stream(self, machine_id: UUID, path: str) -> None:
        with self._database() as database:
            _look_up(database, machine_id)
            database.execute(
                "DELETE FROM stream WHERE machine_id = ? AND path = ? AND NOT standalone",
                (str(machine_id), path),
            )

    def media(self, machine_id: UUID) -> list[str]:
        with self._database() as database:
            spec, _state = _look_up(database, machine_id)
        return [cdrom.path for cdrom in spec.cdroms if cdrom.path]

    def insert_medium(self, machine_id: UUID, path: str, disk_format: DiskFormat) -> None:
        with self._database() as database:
            spec, _state = _look_up(database, machine_id)
            if path in [cdrom.path for cdrom in spec.cdroms]:
                return
            free = next((cdrom for cdrom in spec.cdroms if not cdrom.path), None)
            if free is None:
                raise NoFreeDrive(f"All {len(spec.cdroms)} CD-ROM drives hold something.")
            _fill(database, spec, free, {"path": path, "format": disk_format})

    def eject_medium(self, machine_id: UUID, path: str, force: bool = False) -> None:
        with self._database() as database:
            spec, state = _look_up(database, machine_id)
            full = next((cdrom for cdrom in spec.cdroms if cdrom.path == path), None)
            if full is None:
                return
            if state is not PowerState.OFF and not force and (self._folder / "trays-locked").exists():
                raise DriveLocked("The guest holds the tray shut.")
            _fill(database, spec, full, {"path": "", "format": DiskFormat.RAW})

    def is_alive(self) -> bool:
        return not (self._folder / "unreachable").exists() and self._folder.exists()

    def close(self) -> None:
        database = self._of_this_thread.__dict__.pop("database", None)
        if database is not None:
            database.close()

    def changes_after(self, number: int | None) -> tuple[int, list[MachineChange]]:
        """The number of the newest change, and the changes after ``number``; none for None."""
        with self._database() as database:
            newest = database.execute("SELECT coalesce(max(number), 0) FROM change").fetchone()[0]
            if number is None or number == newest:
                return newest, []
            rows = database.execute(
                "SELECT machine_id, power_state, reason, changed_at FROM change"
                " WHERE number > ? AND number <= ? ORDER BY number",
                (number, newest),
            ).fetchall()
        return newest, [_change_of(row) for row in rows]

    def _switch(
        self, machine_id: UUID, state: PowerState, reason: str, refused_in: set[PowerState] | None = None
    ) -> None:
        with self._database() as database:
            now = _look_up(database, machine_id)[1]
            if now in (refused_in or ()):
                raise HypervisorRefused(f"The machine is {now}.")
            if now is not state:
                database.execute("UPDATE machine SET power_state = ? WHERE id = ?", (state, str(machine_id)))
                _record(database, machine_id, state, reason)

    def _check_reachable(self) -> None:
        if not self.is_alive():
            raise Unreachable(f"The simulated host in {self._folder} does not answer.")

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """One transaction; SQLite's lock between processes makes each call atomic."""
        self._check_reachable()
        database = getattr(self._of_this_thread, "database", None)
        if database is None:
            database = sqlite3.connect(self._folder / "machines.sqlite3", timeout=20, isolation_level=None)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=OFF")
            self._of_this_thread.database = database
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.rollback()
            raise
        database.commit()


class FakeWatch:
    """Looks for changes every 200 ms."""

    def __init__(
        self, driver: FakeDriver, on_change: Callable[[MachineChange], None], on_lost: Callable[[str], None]
    ) -> None:
        self._driver = driver
        self._on_change = on_change
        self._on_lost = on_lost
        self._seen = driver.changes_after(None)[0]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fake-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            try:
                self._seen, changes = self._driver.changes_after(self._seen)
            except Unreachable as error:
                self._on_lost(str(error))
                return
            for change in changes:
                if not self._stopped.is_set():
                    self._on_change(change)


def _change_of(row: tuple) -> MachineChange:
    return MachineChange(UUID(row[0]), PowerState(row[1]), row[2], datetime.fromisoformat(row[3]))


def _look_up(database: sqlite3.Connection, machine_id: UUID) -> tuple[MachineSpec, PowerState]:
    row = database.execute(
        "SELECT spec, power_state, owned FROM machine WHERE id = ?", (str(machine_id),)
    ).fetchone()
    if row is None:
        raise MachineNotFound(f"The host has no machine {machine_id}.")
    if not row[2]:
        raise OwnershipMismatch(f"Machine {machine_id} on the host is not ours.")
    return MachineSpec.model_validate_json(row[0]), PowerState(row[1])


def _fill(database: sqlite3.Connection, spec: MachineSpec, drive: CdromSpec, medium: dict) -> None:
    cdroms = [each.model_copy(update=medium) if each is drive else each for each in spec.cdroms]
    changed = spec.model_copy(update={"cdroms": tuple(cdroms)})
    database.execute(
        "UPDATE machine SET spec = ? WHERE id = ?", (changed.model_dump_json(), str(spec.machine_id))
    )


def _record(database: sqlite3.Connection, machine_id: UUID, state: PowerState, reason: str) -> None:
    database.execute(
        "INSERT INTO change (machine_id, power_state, reason, changed_at) VALUES (?, ?, ?, ?)",
        (str(machine_id), state, reason, datetime.now(UTC).isoformat()),
    )
