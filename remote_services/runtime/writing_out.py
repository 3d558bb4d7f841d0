"""Has the kernel begin to write what a file got to the disk while more of it comes.

The flush at the file's end then waits for little. Where the kernel can't be asked, that flush takes longer.
"""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE_SECONDS = 0.05
_WRITE = 2
_sync_file_range = getattr(ctypes.CDLL(None), "sync_file_range", None)
if _sync_file_range is not None:
    _sync_file_range.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)


def begin(descriptor: int, offset: int = 0, length: int = 0) -> None:
    """Of this part of a file, in bytes; length 0 means to its end. Waits for nothing but a full queue of the
    disk and promises nothing: what must be on the disk is flushed besides."""
    if _sync_file_range is not None:
        _sync_file_range(descriptor, offset, length, _WRITE)


@contextmanager
def meanwhile(path: Path) -> Iterator[None]:
    """Again and again of a file that another program writes, which may not have begun with it yet."""
    ended = threading.Event()
    thread = threading.Thread(target=_keep_on, args=(path, ended), name="writing out", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _keep_on(path: Path, ended: threading.Event) -> None:
    while not ended.wait(PAUSE_SECONDS):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                begin(descriptor)
            finally:
                os.close(descriptor)
