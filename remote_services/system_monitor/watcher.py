"""Watches one host: tells of each change at once, of the whole every minute, of its absence once."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from contracts.base import Message
from contracts.monitoring import HostObserved, MachineObserved, MachineSighting
from contracts.virtualization import HypervisorEndpoint
from remote_services.drivers import connect
from remote_services.drivers.base import HypervisorDriver, MachineChange, Watch, Watchable, require
from remote_services.runtime.errors import RemoteError

logger = logging.getLogger(__name__)

WHOLE_HOST_SECONDS = 60.0
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0


class HostWatcher:
    """A thread that connects, watches and, when the host went away, tries again with back-off."""

    def __init__(self, endpoint: HypervisorEndpoint, send: Callable[[Message], object]) -> None:
        self.endpoint = endpoint
        self._send = send
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._absence_told = False
        self._thread = threading.Thread(target=self._run, name=f"watch {endpoint.host_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()

    def tell_again(self) -> None:
        """Say now what is known of the host."""
        self._absence_told = False
        self._woken.set()

    def _run(self) -> None:
        wait_seconds = FIRST_WAIT_SECONDS
        while not self._stopped.is_set():
            session = _Session(self.endpoint, self._send, self._woken)
            try:
                session.run(self._stopped)
            except Exception as error:
                # Whatever it was, a watcher that ends would leave the host unwatched.
                if not isinstance(error, RemoteError):
                    logger.exception("watching host %s failed", self.endpoint.host_id)
                session.lost_because = str(error)
            if session.was_seen:
                wait_seconds, self._absence_told = FIRST_WAIT_SECONDS, False
            if not self._stopped.is_set():
                self._tell_absence(session.lost_because or "the host went away")
            # To part from a host that hangs takes a while, so it is told first.
            session.close()
            if self._stopped.is_set():
                return
            self._woken.clear()
            self._woken.wait(wait_seconds)
            wait_seconds = min(wait_seconds * 2, LONGEST_WAIT_SECONDS)

    def _tell_absence(self, reason: str) -> None:
        if not self._absence_told:
            logger.warning("host %s is away: %s", self.endpoint.host_id, reason)
            self._absence_told = bool(
                self._send(
                    HostObserved(
                        host_id=self.endpoint.host_id, reachable=False, observed_at=_now(), reason=reason
                    )
                )
            )


class _Session:
    """One stretch of time in which the host answers."""

    def __init__(
        self, endpoint: HypervisorEndpoint, send: Callable[[Message], object], woken: threading.Event
    ) -> None:
        self._endpoint = endpoint
        self._send = send
        self._woken = woken
        self._driver: HypervisorDriver | None = None
        self._watch: Watch | None = None
        self.was_seen = False
        self.lost_because = ""

    def run(self, stopped: threading.Event) -> None:
        """Returns when the host is lost or ``stopped``. Raises RemoteError when it does not answer."""
        self._driver = connect(self._endpoint)
        # Watching begins before the listing, so that no change falls between the two.
        self._watch = require(self._driver, Watchable).watch(self._changed, self._lost)
        while not stopped.is_set() and not self.lost_because:
            self._woken.clear()
            self._tell_host(self._driver)
            self.was_seen = True
            if not (stopped.is_set() or self.lost_because):
                self._woken.wait(WHOLE_HOST_SECONDS)

    def close(self) -> None:
        for opened in (self._watch, self._driver):
            if opened is not None:
                opened.close()

    def _tell_host(self, driver: HypervisorDriver) -> None:
        observed_at = _now()
        states = driver.power_states()
        self._send(
            HostObserved(
                host_id=self._endpoint.host_id,
                reachable=True,
                observed_at=observed_at,
                machines=tuple(
                    MachineSighting(machine_id=machine_id, power_state=state)
                    for machine_id, state in states.items()
                ),
            )
        )

    def _changed(self, change: MachineChange) -> None:
        self._send(
            MachineObserved(
                host_id=self._endpoint.host_id,
                machine_id=change.machine_id,
                power_state=change.power_state,
                observed_at=change.changed_at or _now(),
                reason=change.reason,
            )
        )

    def _lost(self, reason: str) -> None:
        self.lost_because = reason
        self._woken.set()


def _now() -> datetime:
    return datetime.now(UTC)
