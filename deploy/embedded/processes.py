"""Looking at processes and ending them, by what /proc tells."""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

POLL_SECONDS = 0.02


def all_processes() -> list[int]:
    """Ids of every process of the machine."""
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def marked_processes(variable: str, value: str) -> list[int]:
    """Ids of the processes that were started with this environment variable."""
    mark = f"{variable}={value}".encode()
    found = []
    for pid in all_processes():
        with contextlib.suppress(OSError):
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie does not: it only waits to be counted."""
    state = _state_fields(pid)
    return bool(state) and state[0] not in "ZX"


def parent_of(pid: int | None) -> int | None:
    """Id of the parent process; None when there is no such process."""
    state = _state_fields(pid)
    return int(state[1]) if state else None


def end_processes(pids: Iterable[int], *, grace_seconds: float = 3.0) -> None:
    """Ask the processes to end, then force those that did not within the grace."""
    pending = _signalled(pids, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while pending and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        pending = [pid for pid in pending if is_alive(pid)]
    forced = _signalled(pending, signal.SIGKILL)
    deadline = time.monotonic() + grace_seconds
    while any(is_alive(pid) for pid in forced) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _signalled(pids: Iterable[int], number: signal.Signals) -> list[int]:
    reached = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            reached.append(pid)
    return reached


def _state_fields(pid: int | None) -> list[str]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return stat.rpartition(")")[2].split()
