"""Keeps one watcher per subscribed host."""

import threading
from collections.abc import Callable
from uuid import UUID

from contracts.base import Message
from contracts.virtualization import HypervisorEndpoint
from remote_services.system_monitor.subscriptions import Subscriptions
from remote_services.system_monitor.watcher import HostWatcher

RECONCILE_SECONDS = 10.0


class Monitor:
    """``send`` takes an observation, from any thread."""

    def __init__(self, subscriptions: Subscriptions, send: Callable[[Message], object]) -> None:
        self._subscriptions = subscriptions
        self._send = send
        self._lock = threading.Lock()
        self._watchers: dict[UUID, HostWatcher] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        with self._lock:
            for watcher in self._watchers.values():
                watcher.stop()

    def watch(self, endpoint: HypervisorEndpoint) -> None:
        """Watch the host from now on. Asked again, tells of the host again."""
        self._subscriptions.add(endpoint)
        with self._lock:
            watcher = self._watchers.get(endpoint.host_id)
            if watcher is not None and watcher.endpoint == endpoint:
                watcher.tell_again()
                return
            self._start_watcher(endpoint)

    def unwatch(self, host_id: UUID) -> None:
        self._subscriptions.remove(host_id)
        with self._lock:
            watcher = self._watchers.pop(host_id, None)
        if watcher is not None:
            watcher.stop()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._follow(self._subscriptions.reconcile())
            self._stopped.wait(RECONCILE_SECONDS)

    def _follow(self, endpoints: dict[UUID, HypervisorEndpoint]) -> None:
        with self._lock:
            for host_id, endpoint in endpoints.items():
                watcher = self._watchers.get(host_id)
                if watcher is None or watcher.endpoint != endpoint:
                    self._start_watcher(endpoint)

    def _start_watcher(self, endpoint: HypervisorEndpoint) -> None:
        former = self._watchers.get(endpoint.host_id)
        if former is not None:
            former.stop()
        if not self._stopped.is_set():
            watcher = self._watchers[endpoint.host_id] = HostWatcher(endpoint, self._send)
            watcher.start()
