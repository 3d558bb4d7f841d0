"""Of several deliveries of one command, in whatever process, one works: by a lock file that a killed process
does not hold."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_LOOK_SECONDS = 0.5


@contextmanager
def alone(path: Path, look_up: Callable[[], None]) -> Iterator[None]:
    """Hold the lock, which is removed afterwards; until it is free ``look_up`` is called now and then, and
    may raise."""
    while True:
        with path.open("a") as lock:
            if _locked(lock, path):
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)
                return
        look_up()
        time.sleep(_LOOK_SECONDS)


def _locked(lock: IO[str], path: Path) -> bool:
    """Whether the lock is ours, and still the one that others look at: who held it removes it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(lock.fileno()).st_ino == path.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
