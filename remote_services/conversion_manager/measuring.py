"""How many conversions the repository's storage bears at a time: written to once, and remembered beside what
was mounted then. Storage that writes two files hardly faster than one gets one conversion."""

import json
import os
import re
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from remote_services.runtime import mount, room
from remote_services.runtime.errors import RemoteError, TimedOut

MIB = 2**20
FILE_MIB = 24
LONGEST_SECONDS = 10.0
WORTH_IT = 1.5
"""Two at once must write so much more each second than one alone: below, each only waits for the other."""
MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_REMEMBERED = "storage.json"
_FLUSHED_MIB = 8


@dataclass(frozen=True)
class Measured:
    """Seconds that one file took by itself, and that two of the same size took at once."""

    alone_seconds: float
    together_seconds: float


@dataclass(frozen=True)
class Choice:
    conversions: int
    reason: str


def choose(measured: Measured | None, why_not: str = "") -> Choice:
    """Of what was measured, or of the reason why nothing was."""
    if measured is None:
        return Choice(1, f"one, for the storage could not be measured: {why_not}")
    if min(measured.alone_seconds, measured.together_seconds) <= 0:
        return Choice(1, "one, for the storage was too fast for the clock")
    gain = 2 * measured.alone_seconds / measured.together_seconds
    both = f"two at once write {gain:.2f} times as much as one alone"
    if gain >= WORTH_IT:
        return Choice(2, f"two: {both}")
    return Choice(1, f"one: {both}, and {WORTH_IT} times would be worth it")


def conversions_for(repository: Path, state_dir: Path) -> Choice:
    """As remembered for what is mounted there, or measured now. A measurement that fails counts for this
    process only. Raises RepositoryAway."""
    mount.require(repository)
    identity = mounted_at(repository, MOUNTS.read_text())
    measured = _recalled(state_dir / _REMEMBERED, identity)
    if measured is not None:
        return choose(measured)
    try:
        measured = measure(repository)
        _remember(state_dir / _REMEMBERED, identity, measured)
    except (RemoteError, OSError) as error:
        mount.require(repository)
        return choose(measured, str(error))
    return choose(measured)


def mounted_at(path: Path, mounts: str) -> str:
    """What is mounted where the path lies: file system, source and folder within it, of ``mountinfo``. Of
    several mounts on each other the last counts."""
    longest, identity = -1, ""
    for line in mounts.splitlines():
        fields, _, behind = line.partition(" - ")
        _id, _parent, _device, root, point, *_options = fields.split(" ")
        kind, source, *_more = behind.split(" ")
        point = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 8)), point)
        length = len(Path(point).parts)
        if length >= longest and path.resolve().is_relative_to(point):
            longest, identity = length, f"{kind} {source} {root}"
    return identity


def measure(folder: Path) -> Measured:
    """Write ``FILE_MIB`` alone, then twice at once, flushed. The files have no names and vanish with the
    process. Raises DatastoreFull rather than take of the reserve, TimedOut, OSError."""
    room.require_room(folder, room.RESERVE_BYTES + 3 * FILE_MIB * MIB)
    give_up_at = time.monotonic() + LONGEST_SECONDS
    _write(folder, 1, give_up_at)
    alone = _timed(folder, 1, give_up_at)
    return Measured(alone, _timed(folder, 2, give_up_at))


def _timed(folder: Path, files: int, give_up_at: float) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(files) as pool:
        for each in [pool.submit(_write, folder, FILE_MIB, give_up_at) for _file in range(files)]:
            each.result()
    return time.perf_counter() - begun


def _write(folder: Path, size_mib: int, give_up_at: float) -> None:
    # Noise, so that storage which compresses has as much to do.
    block = os.urandom(MIB)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for number in range(1, size_mib + 1):
            file.write(block)
            if number % _FLUSHED_MIB == 0 or number == size_mib:
                os.fsync(file.fileno())
            if time.monotonic() > give_up_at:
                raise TimedOut(f"writing {FILE_MIB} MiB three times takes more than {LONGEST_SECONDS:g} s")


def _recalled(path: Path, identity: str) -> Measured | None:
    try:
        told = json.loads(path.read_text())
        return Measured(**told["measured"]) if told["mounted"] == identity else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(path: Path, identity: str, measured: Measured) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    new.write_text(json.dumps({"mounted": identity, "measured": asdict(measured)}))
    new.replace(path)
