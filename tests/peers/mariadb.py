"""A private MariaDB 10.11 on a free port, with the empty database `atrium`."""

import subprocess
from pathlib import Path

from deploy.embedded import paths
from tests.peers.server import Server, accepts_connections, free_port, program

ACCOUNT = "atrium"

CREATE_ACCOUNT = (
    f"CREATE DATABASE IF NOT EXISTS {ACCOUNT} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
    f"CREATE OR REPLACE USER {ACCOUNT}@'%' IDENTIFIED BY '{ACCOUNT}';"
    f"GRANT ALL ON *.* TO {ACCOUNT}@'%';"
)

# Tests throw the data away, so nothing waits for the disk. Who measures passes the durable value instead.
FAST_OPTIONS = ("--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite")


class MariaDbServer(Server):
    """`options` are further arguments of mariadbd; `root` may do everything through the socket."""

    def __init__(self, directory: Path, *, options: tuple[str, ...] = FAST_OPTIONS) -> None:
        super().__init__(directory)
        self.port = free_port()
        self._options = options
        self._data_dir = directory / "data"

    @property
    def url(self) -> str:
        return f"mysql://{ACCOUNT}:{ACCOUNT}@127.0.0.1:{self.port}/{ACCOUNT}"

    @property
    def socket(self) -> Path:
        return paths.socket_dir(self.directory) / "mariadb.sock"

    def start(self) -> None:
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        new = not self._data_dir.exists()
        if new:
            self._install()
        super().start()
        if new:
            self.execute(CREATE_ACCOUNT)

    def execute(self, statements: str) -> str:
        """Run SQL as root by the command line client; its output, tab separated."""
        command = [program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "-N"]
        done = subprocess.run([*command, "-e", statements], check=True, capture_output=True, text=True)
        return done.stdout

    def _install(self) -> None:
        command = [
            program("mariadb-install-db"),
            "--no-defaults",
            "--user=root",
            f"--datadir={self._data_dir}",
        ]
        quick = ["--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=16M"]
        with (self.directory / "install.log").open("wb") as log:
            subprocess.run([*command, *quick], check=True, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _command(self) -> list[str]:
        return [
            program("mariadbd"), "--no-defaults", "--user=root", f"--datadir={self._data_dir}",
            f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1",
            f"--pid-file={self.directory / 'mariadbd.pid'}", "--character-set-server=utf8mb4",
            "--innodb-log-file-size=64M", "--innodb-buffer-pool-size=128M", "--max-connections=300",
            *self._options,
        ]  # fmt: skip

    def _answers(self) -> bool:
        return accepts_connections(self.port) and self.socket.exists()
