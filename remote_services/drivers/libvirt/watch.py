"""Hears of changes on a libvirt host at once, and of the host going away within seconds."""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import libvirt

from contracts.vocabulary import PowerState
from remote_services.drivers.base import MachineChange
from remote_services.drivers.libvirt import ownership
from remote_services.drivers.libvirt.connection import open_connection
from remote_services.drivers.libvirt.errors import translated
from remote_services.drivers.libvirt.states import state_after, words_for

KEEPALIVE_SECONDS = 1
KEEPALIVE_COUNT = 4


class LibvirtWatch:
    """A connection of its own. Events are handed to a thread that may ask the host about their machine,
    which the event loop's thread must not."""

    def __init__(
        self, uri: str, on_change: Callable[[MachineChange], None], on_lost: Callable[[str], None]
    ) -> None:
        self._on_change = on_change
        self._on_lost = on_lost
        self._events: queue.SimpleQueue = queue.SimpleQueue()
        self._ours: set[UUID] = set()
        self._connection = open_connection(
            uri, keepalive_seconds=KEEPALIVE_SECONDS, keepalive_count=KEEPALIVE_COUNT
        )
        with translated():
            self._subscribe()
            self._ours.update(
                UUID(bytes=domain.UUID())
                for domain in self._connection.listAllDomains()
                if ownership.is_there_and_marked(domain)
            )
        threading.Thread(target=self._run, name="libvirt-watch", daemon=True).start()

    def close(self) -> None:
        self._events.put(None)

    def _subscribe(self) -> None:
        self._connection.domainEventRegisterAny(
            None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._lifecycle, None
        )
        with suppress(libvirt.libvirtError):
            # libvirt's test driver, which lives in our own process, can't be lost.
            self._connection.registerCloseCallback(self._closed, None)

    def _lifecycle(self, _: object, domain: libvirt.virDomain, event: int, detail: int, *__: object) -> None:
        state = state_after(event, detail)
        if state is not None and ownership.has_our_name(domain):
            self._events.put(
                (domain, MachineChange(UUID(bytes=domain.UUID()), state, words_for(event, detail)))
            )

    def _closed(self, _: object, reason: int, __: object) -> None:
        words = {
            libvirt.VIR_CONNECT_CLOSE_REASON_EOF: "the hypervisor's daemon closed the connection",
            libvirt.VIR_CONNECT_CLOSE_REASON_KEEPALIVE: "the hypervisor's daemon does not answer",
        }
        self._events.put(words.get(reason, "the connection to the hypervisor broke"))

    def _run(self) -> None:
        while (event := self._events.get()) is not None:
            if isinstance(event, str):
                self._on_lost(event)
                break
            domain, change = event
            if self._is_ours(domain, change):
                self._on_change(change)
        with suppress(libvirt.libvirtError):
            self._connection.unregisterCloseCallback()
        with suppress(libvirt.libvirtError):
            self._connection.close()

    def _is_ours(self, domain: libvirt.virDomain, change: MachineChange) -> bool:
        """A machine that is gone can't be asked for its mark any more: its name has to do."""
        if change.power_state is PowerState.MISSING:
            self._ours.discard(change.machine_id)
            return ownership.has_our_name(domain)
        if change.machine_id not in self._ours:
            try:
                if not ownership.is_marked(domain):
                    return False
            except libvirt.libvirtError as error:
                gone = error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN
                return gone and ownership.has_our_name(domain)
            self._ours.add(change.machine_id)
        return True
