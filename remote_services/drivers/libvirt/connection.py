"""Connections to libvirt that notice when the other side goes away, and the event loop they need."""

import threading
from contextlib import suppress

import libvirt

from remote_services.runtime.errors import Unreachable

KEEPALIVE_SECONDS = 5
KEEPALIVE_COUNT = 3

_loop_lock = threading.Lock()
_loop_running = False


def open_connection(
    uri: str, *, keepalive_seconds: int = KEEPALIVE_SECONDS, keepalive_count: int = KEEPALIVE_COUNT
) -> libvirt.virConnect:
    """A call on a connection whose daemon hangs fails after about ``seconds * (count + 1)``.
    Raises Unreachable."""
    _start_event_loop()
    try:
        connection = libvirt.open(uri)
    except libvirt.libvirtError as error:
        raise Unreachable(error.get_error_message() or str(error)) from error
    with suppress(libvirt.libvirtError):
        # Refused by libvirt's test driver, which lives in our own process.
        connection.setKeepAlive(keepalive_seconds, keepalive_count)
    return connection


def _start_event_loop() -> None:
    """Only connections opened afterwards are kept alive and receive events."""
    global _loop_running
    with _loop_lock:
        if _loop_running:
            return
        # The library prints every error on stderr, although it raises them as well.
        libvirt.registerErrorHandler(lambda _, error: None, None)
        libvirt.virEventRegisterDefaultImpl()
        threading.Thread(target=_run_event_loop, name="libvirt-events", daemon=True).start()
        _loop_running = True


def _run_event_loop() -> None:
    while True:
        with suppress(libvirt.libvirtError):
            libvirt.virEventRunDefaultImpl()
