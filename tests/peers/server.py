"""What the private servers have in common: a directory, a process of their own group, start, stop, kill."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

STOP_TIMEOUT_SECONDS = 10.0
POLL_SECONDS = 0.05
PORTS = range(15000, 32000)


class PeerDidNotStart(Exception):
    """The server is missing on this machine, ended at once or did not answer in time."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on and that no outgoing connection is given."""
    for port in random.sample(PORTS, k=200):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise PeerDidNotStart("this machine has no free TCP port left")


def program(name: str, *places: str) -> str:
    """Path of a program; Debian keeps some servers outside an ordinary user's PATH."""
    found = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin", *places]))
    if found is None:
        raise PeerDidNotStart(f"{name} is not installed; `make test` installs it")
    return found


class Server(ABC):
    """A private server whose data lies in `directory`. Its address stays the same over restarts."""

    start_timeout_seconds = 30.0

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server (of the head of its process group), None while it is stopped."""
        return self._process.pid if self._process else None

    @property
    @abstractmethod
    def url(self) -> str:
        """Address in the form our settings take."""

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _environment(self) -> dict[str, str]:
        return dict(os.environ)

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env=self._environment(),
                start_new_session=True,
            )
        deadline = time.monotonic() + self.start_timeout_seconds
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self.directory / "server.log").read_text(errors="replace")[-1500:]
                self.kill()
                raise PeerDidNotStart(f"{type(self).__name__} in {self.directory}: {said}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop in good order; force it when that takes too long."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End as a crash would (kill -9 of the whole process group)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start with the same data at the same address."""
        self.stop()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_TIMEOUT_SECONDS)


def accepts_connections(port: int) -> bool:
    """Whether somebody listens on that port of 127.0.0.1."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
