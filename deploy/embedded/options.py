"""What the user may choose of the embedded profile, and the places that follow from it."""

import contextlib
import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.embedded import paths

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
EVERY_ADDRESS = ("0.0.0.0", "::")


class WrongOption(Exception):
    """A variable of the command line makes no sense; the message is for the user."""


@dataclass(frozen=True)
class Options:
    """Read from HOST, PORT, DATA_DIR and HYPERVISOR."""

    host: str
    port: int
    data_dir: Path
    simulated: bool
    appliance_port: int = 0

    @classmethod
    def from_environment(cls) -> "Options":
        """Raises WrongOption with one sentence."""
        port = os.environ.get("PORT") or "8000"
        hypervisor = os.environ.get("HYPERVISOR") or "libvirt"
        if not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004  the range of TCP ports
            raise WrongOption(f"PORT={port} is not a TCP port.")
        if hypervisor not in ("libvirt", "simulated"):
            raise WrongOption(f"HYPERVISOR={hypervisor} is unknown; it is libvirt or simulated.")
        return cls(
            host=os.environ.get("HOST") or "127.0.0.1",
            port=int(port),
            data_dir=Path(os.environ.get("DATA_DIR") or paths.PROJECT_DIR / "var" / "embedded").resolve(),
            simulated=hypervisor == "simulated",
        )

    @property
    def url(self) -> str:
        """Address of the portal as a browser on this machine reaches it."""
        name = "127.0.0.1" if self.host in EVERY_ADDRESS else self.host
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}"

    @property
    def allowed_hosts(self) -> str:
        """Names under which the portal answers: any, once it listens beyond this machine."""
        if self.host in EVERY_ADDRESS or self.host not in LOOPBACK_NAMES:
            return "*"
        return ",".join(LOOPBACK_NAMES)

    @property
    def appliance_uri(self) -> str:
        """Address of the appliance manager as a browser on this machine reaches it."""
        return f"{self.url.rpartition(':')[0]}:{self.appliance_port}/am"

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "log"

    @property
    def socket_dir(self) -> Path:
        return paths.socket_dir(self.data_dir)

    @property
    def logins_file(self) -> Path:
        return self.data_dir / "demo.json"

    @property
    def repository_dir(self) -> Path:
        """The datacenter's template repository."""
        return self.data_dir / "repository"

    @property
    def datastore_dir(self) -> Path:
        return self.data_dir / "datastore"

    def with_appliance_port(self) -> "Options":
        """The same with a port for the appliance manager: the next one, or any while that is taken."""
        for port in (self.port + 1, 0):
            with contextlib.suppress(OSError, OverflowError), socket.socket(self._family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, port))
                return replace(self, appliance_port=probe.getsockname()[1])
        raise WrongOption(f"No port of {self.host} is free for the appliance manager.")

    @property
    def _family(self) -> socket.AddressFamily:
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def refuse_taken_port(self) -> None:
        """Raises WrongOption when somebody listens at HOST and PORT already."""
        with socket.socket(self._family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise WrongOption(
                    f"{self.host} port {self.port} can't be used ({error.strerror}); choose one with PORT=."
                ) from None
