"""File systems that are full, told with numbers."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from remote_services.runtime.errors import RemoteError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_MIB = 2**20


def room_in(path: Path) -> str:
    """How much of the file system is free, as the end of a sentence."""
    status = os.statvfs(path)
    free_bytes, all_bytes = status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize
    return f"{free_bytes / _MIB:.1f} of its {all_bytes / _MIB:.1f} MiB are free now"


@contextmanager
def full_as(kind: type[RemoteError], path: Path, what: str) -> Iterator[None]:
    """Raises an error of this kind for what fails since the file system of ``path`` is full.

    ``what`` became full, and while what was done: the beginning of the sentence.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise kind(f"{what}: {room_in(path)}.") from error
