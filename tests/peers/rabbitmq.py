"""A private RabbitMQ 3.10 with its own Erlang port mapper, on free ports of 127.0.0.1."""

import contextlib
import os
import socket
import subprocess
from pathlib import Path

from tests.peers.server import Server, free_port, program

# Debian's wrappers in /usr/sbin switch to the system's rabbitmq user and its directories.
PROGRAM_DIR = "/usr/lib/rabbitmq/bin"
# Erlang's schedulers spin for a while when they run out of work, which others on a shared machine pay for.
CALM = "+sbwt none +sbwtdcpu none +sbwtdio none"
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"


class RabbitMqServer(Server):
    """The default user guest/guest on the default virtual host; `control` runs rabbitmqctl."""

    start_timeout_seconds = 120.0

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.port, self._distribution_port, self._mapper_port = free_port(), free_port(), free_port()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def control(self, *arguments: str) -> str:
        """Output of rabbitmqctl, for instance control("add_user", "name", "password")."""
        command = [f"{PROGRAM_DIR}/rabbitmqctl", "--quiet", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=self._environment())
        return done.stdout

    def _end(self, number: int) -> None:
        super()._end(number)
        # The port mapper leaves the process group on purpose and would stay.
        command = [program("epmd"), "-port", str(self._mapper_port), "-kill"]
        subprocess.run(command, check=False, capture_output=True)

    def _environment(self) -> dict[str, str]:
        base = self.directory
        (base / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nlog.console.level = warning\n"
        )
        (base / "enabled_plugins").write_text("[].\n")
        kernel = "-kernel inet_dist_use_interface {127,0,0,1}"
        return os.environ | {
            "HOME": str(base),
            "RABBITMQ_NODENAME": f"atrium{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(base / "data"),
            "RABBITMQ_LOG_BASE": str(base / "log"),
            "RABBITMQ_PID_FILE": str(base / "rabbitmq.pid"),
            "RABBITMQ_CONFIG_FILE": str(base / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(base / "no-such-file"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(base / "enabled_plugins"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"+S 1:1 {CALM} {kernel}",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def _command(self) -> list[str]:
        return [f"{PROGRAM_DIR}/rabbitmq-server"]

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=2) as peer,
        ):
            peer.sendall(PROTOCOL_HEADER)
            return peer.recv(1) == b"\x01"
        return False
