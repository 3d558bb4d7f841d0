"""Drivers of hypervisors by name, and the live connections of this process."""

import threading
from importlib import import_module

from contracts.virtualization import HypervisorEndpoint
from remote_services.drivers.base import HypervisorDriver
from remote_services.runtime.errors import HypervisorRefused

DRIVERS = {
    "fake": "remote_services.drivers.fake:open_fake",
    "libvirt": "remote_services.drivers.libvirt:open_libvirt",
}

_lock = threading.Lock()
_connections: dict[tuple[str, str], "_Slot"] = {}


def open_driver(endpoint: HypervisorEndpoint) -> HypervisorDriver:
    """The process's shared connection to a host; do not close it. One that is dead is replaced.
    Raises Unreachable, HypervisorRefused."""
    key = (endpoint.driver, endpoint.uri)
    with _lock:
        slot = _connections.setdefault(key, _Slot())
    # Connecting may take seconds: only those who want the same host wait.
    with slot.lock:
        if slot.driver is not None and not slot.driver.is_alive():
            slot.driver.close()
            slot.driver = None
        if slot.driver is None:
            slot.driver = connect(endpoint)
        return slot.driver


def connect(endpoint: HypervisorEndpoint) -> HypervisorDriver:
    """A connection of one's own, to be closed. Raises Unreachable, HypervisorRefused."""
    try:
        module, _, function = DRIVERS[endpoint.driver].partition(":")
    except KeyError:
        raise HypervisorRefused(f"There is no driver named “{endpoint.driver}”.") from None
    return getattr(import_module(module), function)(endpoint.uri)


def close_connections() -> None:
    """Close what open_driver opened; for the end of a process."""
    with _lock:
        slots = list(_connections.values())
        _connections.clear()
    for slot in slots:
        if slot.driver is not None:
            slot.driver.close()


class _Slot:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.driver: HypervisorDriver | None = None
