"""CPU-seconds of processes by role, from /proc; what a process's ended children used is kept apart."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import psutil

TICKS = os.sysconf("SC_CLK_TCK")
TOOLS = "tools run by them"
Roots = Callable[[], dict[str, Iterable[int]]]


class Accounts:
    """Ask ``roots`` for the processes of each role; their living descendants belong to the role too."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._before: Counter[str] = Counter()

    def open(self) -> None:
        self._before = self._read()

    def spent(self) -> dict[str, float]:
        """CPU-seconds by role since ``open``, dearest first."""
        now = self._read()
        return {
            role: now[role] - self._before[role]
            for role in sorted(now, key=lambda r: self._before[r] - now[r])
        }

    def _read(self) -> Counter[str]:
        used: Counter[str] = Counter()
        seen: set[int] = set()
        for role, pids in self._roots().items():
            for pid in _with_descendants(pids):
                if pid not in seen:
                    seen.add(pid)
                    own, of_ended_children = _seconds(pid)
                    used[role] += own
                    used[TOOLS] += of_ended_children
        return used


def _with_descendants(pids: Iterable[int]) -> list[int]:
    found = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            found += [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return found


def _seconds(pid: int) -> tuple[float, float]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0, 0.0
    user, system, children_user, children_system = (int(field) for field in fields[11:15])
    return (user + system) / TICKS, (children_user + children_system) / TICKS
