"""Runs one program on files that nobody vouches for, under bubblewrap: no network, no other files, no
rights, few system calls, bounded memory, time and output. For root and for users who may make namespaces.
"""

import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from contracts.vocabulary import ErrorCode
from remote_services.images.system_calls import filter_program
from remote_services.runtime.errors import Cancelled, RemoteError, TimedOut

INPUT_FOLDER = "/in"
OUTPUT_FOLDER = "/out"
_GIB = 2**30
_LOOK_SECONDS = 0.2
_MOST_KEPT_BYTES = 4 * 2**20
_CHUNK_BYTES = 64 * 1024
_PROGRAMS = ("prlimit", "bwrap")
_OWN_WORDS = "bwrap: "
_SYSTEM = (
    "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
    "--symlink", "usr/bin", "/bin", "--dev", "/dev", "--tmpfs", "/tmp",
)  # fmt: skip
_ISOLATION = (
    "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
    "--setenv", "PATH", "/usr/bin:/usr/sbin", "--setenv", "LC_ALL", "C.UTF-8",
)  # fmt: skip


class SandboxMissing(RemoteError):
    """Programs can't be confined on this machine, so none is run."""

    code = ErrorCode.SANDBOX_MISSING


class ProgramFailed(RemoteError):
    """``status`` as a shell would have it: 128 and the signal's number where a signal ended it;
    ``output`` is what it wrote until then."""

    code = ErrorCode.PROGRAM_FAILED

    def __init__(self, program: str, status: int, last_words: str, output: str = "") -> None:
        super().__init__(f"{program} ended with status {status}: {last_words or 'it said nothing'}")
        self.status = status
        self.last_words = last_words
        self.output = output


@dataclass(frozen=True)
class Bounds:
    """``file_size_bytes`` is the most that any file the program writes may have."""

    timeout_seconds: float = 60
    cpu_seconds: int = 60
    memory_bytes: int = 2 * _GIB
    file_size_bytes: int = 0
    open_files: int = 64


@dataclass(frozen=True)
class Files:
    """What the program sees: ``readable`` by the names it has in INPUT_FOLDER, and one folder that it
    may fill, as OUTPUT_FOLDER."""

    readable: Mapping[str, Path] = field(default_factory=dict)
    writable: Path | None = None


def run(
    command: Sequence[str],
    files: Files,
    bounds: Bounds,
    *,
    on_line: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> str:
    """What the program wrote, at most 4 MiB of it; ``on_line`` hears each line, ended by a carriage
    return or a line feed, when it comes. Nothing of the program is left when this returns or raises.
    Raises SandboxMissing, ProgramFailed, TimedOut, Cancelled.
    """
    _require_programs()
    with _filter_file() as filter_file:
        confinement = [*_limits(bounds), "bwrap", *_ISOLATION, *_SYSTEM, *_bindings(files)]
        if filter_file is not None:
            confinement += ["--seccomp", str(filter_file)]
        process = subprocess.Popen(
            [*confinement, "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[] if filter_file is None else [filter_file],
        )
    with process:
        try:
            output, errors = _Listener(process, bounds, on_line, cancelled).listen()
        finally:
            _kill(process)
    if process.returncode:
        raise _failure(command[0], process.returncode, output, errors.strip())
    return output


@contextmanager
def _filter_file() -> Iterator[int | None]:
    program = filter_program()
    if not program:
        yield None
        return
    descriptor = os.memfd_create("filter of system calls")
    try:
        os.write(descriptor, program)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _require_programs() -> None:
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        raise SandboxMissing(
            f"{' and '.join(missing)} is not installed. Install Debian's packages bubblewrap and util-linux "
            "on the machine of this remote service."
        )


def _limits(bounds: Bounds) -> list[str]:
    return [
        "prlimit", "--core=0", f"--as={bounds.memory_bytes}", f"--cpu={bounds.cpu_seconds}",
        f"--fsize={bounds.file_size_bytes}", f"--nofile={bounds.open_files}", "--",
    ]  # fmt: skip


def _bindings(files: Files) -> list[str]:
    arguments = []
    for name, path in files.readable.items():
        arguments += ["--ro-bind", str(path.absolute()), f"{INPUT_FOLDER}/{name}"]
    if files.writable is not None:
        arguments += ["--bind", str(files.writable.absolute()), OUTPUT_FOLDER]
    return arguments


def _kill(process: subprocess.Popen) -> None:
    """Bubblewrap's children die with it once they have asked for that; one just born would wait for ever.

    Stopped, bubblewrap has no more children; its first one takes with it all that runs in the sandbox.
    """
    if process.poll() is None:
        os.kill(process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        for child in _children_of(process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _failure(program: str, status: int, output: str, errors: str) -> RemoteError:
    if errors.startswith(_OWN_WORDS):
        return SandboxMissing(
            f"Bubblewrap could not confine {program}: {errors.splitlines()[0]}. Allow user namespaces on the "
            "machine of this remote service (sysctl kernel.unprivileged_userns_clone=1; in a container, a "
            "profile that allows unshare and mount)."
        )
    return ProgramFailed(program, 128 - status if status < 0 else status, errors[-2000:], output)


class _Listener:
    """Reads what a process writes until it ends, and looks at the clock and the caller meanwhile."""

    def __init__(
        self,
        process: subprocess.Popen,
        bounds: Bounds,
        on_line: Callable[[str], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._process = process
        self._bounds = bounds
        self._on_line = on_line
        self._cancelled = cancelled
        self._deadline = time.monotonic() + bounds.timeout_seconds
        self._kept: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
        self._line = bytearray()

    def listen(self) -> tuple[str, str]:
        with selectors.DefaultSelector() as selector:
            for stream in self._kept:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                self._look_up()
                for key, _ in selector.select(_LOOK_SECONDS):
                    if not self._take(key.fileobj):
                        selector.unregister(key.fileobj)
        output, errors = (bytes(kept).decode(errors="replace") for kept in self._kept.values())
        self._await_end()
        return output, errors

    def _look_up(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("It was cancelled.")
        if time.monotonic() > self._deadline:
            raise TimedOut(f"It did not end within {self._bounds.timeout_seconds:g} s.")

    def _await_end(self) -> None:
        while self._process.poll() is None:
            self._look_up()
            time.sleep(_LOOK_SECONDS / 20)

    def _take(self, stream: IO[bytes]) -> bool:
        piece = os.read(stream.fileno(), _CHUNK_BYTES)
        kept = self._kept[stream]
        kept += piece[: max(_MOST_KEPT_BYTES - len(kept), 0)]
        if self._on_line is not None and stream is self._process.stdout:
            self._tell(piece)
        return bool(piece)

    def _tell(self, piece: bytes) -> None:
        *lines, rest = (self._line + piece).replace(b"\r", b"\n").split(b"\n")
        self._line = rest[-_CHUNK_BYTES:]
        for line in lines:
            self._on_line(line.decode(errors="replace"))
