"""Says every few seconds that a remote service is alive. Best effort: the next sign repairs a lost one."""

import socket
import threading
from datetime import UTC, datetime
from uuid import UUID

from contracts.monitoring import ServiceObserved
from remote_services.runtime.broker import Publisher
from remote_services.runtime.reporting import observe

ALIVE_SECONDS = 10.0


class Presence:
    """A thread that sends ServiceObserved for the services of one process."""

    def __init__(self, publisher: Publisher, datacenter_id: UUID, services: list[str]) -> None:
        self._publisher = publisher
        self._datacenter_id = datacenter_id
        self._services = services
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            for service in self._services:
                observe(self._publisher, self._observation(service))
            self._stopped.wait(ALIVE_SECONDS)
        self._publisher.forget_connection()

    def _observation(self, service: str) -> ServiceObserved:
        return ServiceObserved(
            datacenter_id=self._datacenter_id,
            service=service,
            instance=socket.gethostname(),
            observed_at=datetime.now(UTC),
        )
