"""Network namespaces by name and the processes that live in them. Knows nothing of libvirt."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

NAMESPACE_DIR = Path("/run/netns")
POLL_SECONDS = 0.02


def create(name: str) -> None:
    """Make the namespace with its loopback up. A leftover of the same name is destroyed first."""
    destroy(name)
    _ip("netns", "add", name)
    _ip("-n", name, "link", "set", "lo", "up")


def destroy(name: str) -> None:
    """End every process of the namespace, then the namespace with its bridges and taps. Absent is fine."""
    if not exists(name):
        return
    end_processes(processes(name))
    with contextlib.suppress(subprocess.CalledProcessError):
        _ip("netns", "delete", name)


def exists(name: str) -> bool:
    """Whether a namespace of that name is mounted."""
    return (NAMESPACE_DIR / name).exists()


def processes(name: str) -> list[int]:
    """Ids of the processes whose network namespace is the named one."""
    with contextlib.suppress(FileNotFoundError):
        wanted = os.stat(NAMESPACE_DIR / name).st_ino
        return [pid for pid in _all_processes() if _namespace_inode(pid) == wanted]
    return []


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


def is_alive(pid: int) -> bool:
    """Whether the process runs. A zombie does not: it only waits to be counted."""
    state = _state_fields(pid)
    return bool(state) and state[0] not in "ZX"


def parent_of(pid: int | None) -> int | None:
    """Id of the parent process; None when there is no such process."""
    state = _state_fields(pid)
    return int(state[1]) if state else None


def _state_fields(pid: int | None) -> list[str]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return stat.rpartition(")")[2].split()


def _signalled(pids: Iterable[int], number: signal.Signals) -> list[int]:
    reached = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            reached.append(pid)
    return reached


def _all_processes() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _namespace_inode(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except OSError:
        return None


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
