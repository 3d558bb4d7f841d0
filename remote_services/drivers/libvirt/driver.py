"""The libvirt driver: what each verb means in libvirt's terms."""

import os
import socket
import time
from collections.abc import Callable
from uuid import UUID

import libvirt

from contracts.virtualization import MachineSpec
from contracts.vocabulary import DiskFormat, PowerState
from remote_services.drivers.base import HypervisorDriver, MachineChange, MachineInfo, StreamState
from remote_services.drivers.libvirt import media, ownership, streaming
from remote_services.drivers.libvirt.acceleration import domain_type_for
from remote_services.drivers.libvirt.connection import open_connection
from remote_services.drivers.libvirt.domain_xml import domain_xml
from remote_services.drivers.libvirt.errors import is_connection_error, translated, translation_of
from remote_services.drivers.libvirt.states import POWER_STATES
from remote_services.drivers.libvirt.watch import LibvirtWatch
from remote_services.runtime.errors import HypervisorRefused, MachineNotFound, TimedOut

SHUTDOWN_POLL_SECONDS = 0.2
SHUTDOWN_REPEAT_SECONDS = 5.0
UNDEFINE_FLAGS = libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA


def open_libvirt(uri: str) -> "LibvirtDriver":
    """Raises Unreachable."""
    connection = open_connection(uri)
    with translated():
        offers_consoles = connection.getType() == "QEMU"
    return (QemuDriver if offers_consoles else LibvirtDriver)(uri, connection)


class LibvirtDriver(HypervisorDriver):
    def __init__(self, uri: str, connection: libvirt.virConnect) -> None:
        self._uri = uri
        self._connection = connection
        self._domain_type: str | None = None
        self._marked: set[UUID] = set()

    def power_states(self) -> dict[UUID, PowerState]:
        with translated():
            records = self._connection.getAllDomainStats(libvirt.VIR_DOMAIN_STATS_STATE, 0)
            return {
                UUID(bytes=domain.UUID()): POWER_STATES.get(stats.get("state.state"), PowerState.UNKNOWN)
                for domain, stats in records
                if self._is_ours(domain)
            }

    def machine(self, machine_id: UUID) -> MachineInfo:
        domain = self._domain(machine_id)
        with translated():
            state, _, memory_kib, vcpus, _ = domain.info()
            title = domain.metadata(libvirt.VIR_DOMAIN_METADATA_TITLE, None)
        return MachineInfo(
            machine_id, title, POWER_STATES.get(state, PowerState.UNKNOWN), vcpus, memory_kib // 1024
        )

    def define(self, spec: MachineSpec) -> None:
        try:
            domain = self._domain(spec.machine_id)
        except MachineNotFound:
            pass
        else:
            if _state(domain) is not PowerState.OFF:
                return
        if self._domain_type is None:
            self._domain_type = domain_type_for(self._connection)
        with translated():
            self._connection.defineXML(domain_xml(spec, self._domain_type))

    def undefine(self, machine_id: UUID) -> None:
        try:
            domain = self._domain(machine_id)
            self._bring(domain, {PowerState.OFF}, domain.destroy)
            with translated():
                domain.undefineFlags(UNDEFINE_FLAGS)
        except MachineNotFound:
            pass
        self._marked.discard(machine_id)

    def start(self, machine_id: UUID) -> None:
        domain = self._domain(machine_id)
        begin = domain.resume if _state(domain) is PowerState.PAUSED else domain.create
        self._bring(domain, {PowerState.ON}, begin)

    def power_off(self, machine_id: UUID) -> None:
        domain = self._domain(machine_id)
        self._bring(domain, {PowerState.OFF}, domain.destroy)

    def pause(self, machine_id: UUID) -> None:
        domain = self._domain(machine_id)
        self._bring(domain, {PowerState.PAUSED}, domain.suspend)

    def reset(self, machine_id: UUID) -> None:
        domain = self._domain(machine_id)
        with translated():
            domain.reset(0)

    def shut_down(self, machine_id: UUID, timeout_seconds: float) -> None:
        domain = self._domain(machine_id)
        deadline = time.monotonic() + timeout_seconds
        ask_again = 0.0
        while (state := _state(domain)) is not PowerState.OFF:
            if state is PowerState.PAUSED:
                raise HypervisorRefused("The machine is paused: a frozen guest cannot switch itself off.")
            now = time.monotonic()
            if now >= deadline:
                raise TimedOut(f"The guest did not switch itself off within {timeout_seconds:g} seconds.")
            if now >= ask_again:
                # A guest that is still booting ignores the button, so it is pressed again.
                self._bring(domain, {PowerState.OFF}, domain.shutdown)
                ask_again = now + SHUTDOWN_REPEAT_SECONDS
            time.sleep(SHUTDOWN_POLL_SECONDS)

    def watch(
        self, on_change: Callable[[MachineChange], None], on_lost: Callable[[str], None]
    ) -> LibvirtWatch:
        return LibvirtWatch(self._uri, on_change, on_lost)

    def is_alive(self) -> bool:
        try:
            return self._connection.isAlive() == 1
        except libvirt.libvirtError:
            return False

    def close(self) -> None:
        try:
            self._connection.close()
        except libvirt.libvirtError:
            # A connection that is already dead cannot be closed any better.
            return

    def _is_ours(self, domain: libvirt.virDomain) -> bool:
        """For listings only: a mark once seen is believed, so that a listing is one call."""
        machine_id = UUID(bytes=domain.UUID())
        if machine_id in self._marked:
            return True
        ours = ownership.is_there_and_marked(domain)
        if ours:
            self._marked.add(machine_id)
        return ours

    def _domain(self, machine_id: UUID) -> libvirt.virDomain:
        """The domain, its mark verified now. Raises MachineNotFound, OwnershipMismatch."""
        with translated():
            domain = self._connection.lookupByUUID(machine_id.bytes)
            ownership.verify(domain)
            return domain

    def _bring(
        self, domain: libvirt.virDomain, wanted: set[PowerState], action: Callable[[], object]
    ) -> None:
        """Do it unless it is so already. Someone else may do it at the same moment: that is fine as well."""
        if _state(domain) in wanted:
            return
        try:
            action()
        except libvirt.libvirtError as error:
            if is_connection_error(error) or _state(domain) not in wanted:
                raise translation_of(error) from error


class QemuDriver(LibvirtDriver):
    """What only real machines have."""

    def stream_state(self, machine_id: UUID, path: str) -> StreamState:
        return streaming.state_of(self._domain(machine_id), path)

    def begin_stream(self, machine_id: UUID, path: str, bandwidth_mib_per_second: int = 0) -> None:
        streaming.begin(self._domain(machine_id), path, bandwidth_mib_per_second)

    def abort_stream(self, machine_id: UUID, path: str) -> None:
        streaming.abort(self._domain(machine_id), path)

    def media(self, machine_id: UUID) -> list[str]:
        return media.inserted(self._domain(machine_id))

    def insert_medium(self, machine_id: UUID, path: str, disk_format: DiskFormat) -> None:
        media.insert(self._domain(machine_id), path, disk_format)

    def eject_medium(self, machine_id: UUID, path: str, force: bool = False) -> None:
        media.eject(self._domain(machine_id), path, force)

    def open_console(self, machine_id: UUID) -> socket.socket:
        domain = self._domain(machine_id)
        with translated():
            descriptor = domain.openGraphicsFD(0, libvirt.VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH)
        try:
            return socket.socket(fileno=descriptor)
        except OSError:
            os.close(descriptor)
            raise


def _state(domain: libvirt.virDomain) -> PowerState:
    with translated():
        return POWER_STATES.get(domain.state()[0], PowerState.UNKNOWN)
