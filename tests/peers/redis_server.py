"""A private Redis 7 on a free port."""

import contextlib
import socket
from pathlib import Path

from tests.peers.server import Server, free_port, program


class RedisServer(Server):
    """Keeps nothing on disk unless `append_only`: then a restart finds what was acknowledged."""

    def __init__(self, directory: Path, *, append_only: bool = False) -> None:
        super().__init__(directory)
        self.port = free_port()
        self._append_only = append_only

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        keep = "yes" if self._append_only else "no"
        settings = {"bind": "127.0.0.1", "port": str(self.port), "appendonly": keep}
        settings |= {"dir": str(self.directory), "set-proc-title": "no"}
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [program("redis-server"), *arguments, "--save", ""]

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=1) as peer,
        ):
            peer.sendall(b"PING\r\n")
            return peer.recv(16).startswith(b"+PONG")
        return False
