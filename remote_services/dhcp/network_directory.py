"""What this service remembers of one network: a directory, locked while it is being changed.

It holds ``hosts`` (the reservations), ``leases``, ``pid``, ``bridge`` (the name of the bridge we made)
and ``log``. Nothing else is kept, so a restarted service goes on where it was.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from remote_services.dhcp.reservations import Reservations
from remote_services.runtime.errors import NetworkFailed


class NetworkDirectory:
    def __init__(self, state_dir: Path, network_id: UUID) -> None:
        self.path = state_dir / "dhcp" / str(network_id)
        self.reservations = Reservations(self.path / "hosts")
        self.leases = self.path / "leases"
        self.pid = self.path / "pid"
        self.bridge = self.path / "bridge"
        self.log = self.path / "log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the directory exist and keep others out of this network.

        Raises NetworkFailed for anything the file system refuses.
        """
        try:
            descriptor = self._lock()
            try:
                yield
            finally:
                os.close(descriptor)
        except OSError as error:
            raise NetworkFailed(f"Could not keep the network's files: {error}") from error

    def remove(self) -> None:
        shutil.rmtree(self.path)

    def _lock(self) -> int:
        while True:
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            except FileNotFoundError:
                continue
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if self._is_still(descriptor):
                return descriptor
            os.close(descriptor)

    def _is_still(self, descriptor: int) -> bool:
        """False when the last holder of the lock removed the directory while we waited."""
        try:
            return os.path.samestat(os.fstat(descriptor), self.path.stat())
        except FileNotFoundError:
            return False
