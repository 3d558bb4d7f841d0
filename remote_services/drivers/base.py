"""What every hypervisor can do, and what only some can.

A driver is idempotent: asking for what already is succeeds and changes nothing. What a driver
*can* do is what it *implements*; no table of flags has to be kept in step.
"""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar, runtime_checkable
from uuid import UUID

from contracts.virtualization import MachineSpec
from contracts.vocabulary import DiskFormat, PowerState
from remote_services.runtime.errors import HypervisorRefused


@dataclass(frozen=True)
class MachineInfo:
    machine_id: UUID
    name: str
    power_state: PowerState
    vcpus: int
    memory_mib: int


@dataclass(frozen=True)
class MachineChange:
    """A machine of ours is now in ``power_state``; ``reason`` is the hypervisor's word, for people.

    ``changed_at`` comes from drivers that hear of changes late; without it a change happened just now.
    """

    machine_id: UUID
    power_state: PowerState
    reason: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class StreamState:
    """How far a disk of a machine is from standing alone. ``standalone`` is only known of one that is
    switched on, and ``percent`` only while something ``running`` copies."""

    powered: bool
    standalone: bool = False
    running: bool = False
    percent: int = 0


class HypervisorDriver(ABC):
    """One host. Used by several threads at once.

    Only machines that carry our ownership mark exist for a driver: a foreign machine is neither listed
    nor described, and to change one raises OwnershipMismatch. Every method may raise Unreachable or
    HypervisorRefused.
    """

    @abstractmethod
    def power_states(self) -> dict[UUID, PowerState]:
        """All machines of ours on the host."""

    @abstractmethod
    def machine(self, machine_id: UUID) -> MachineInfo:
        """Raises MachineNotFound, OwnershipMismatch."""

    @abstractmethod
    def define(self, spec: MachineSpec) -> None:
        """Create the machine switched off, or bring a switched-off one to ``spec``. One that is
        switched on is left as it is."""

    @abstractmethod
    def undefine(self, machine_id: UUID) -> None:
        """Forget the machine, stopping it first. One that does not exist is fine. Disks stay."""

    @abstractmethod
    def start(self, machine_id: UUID) -> None:
        """Switch on; a paused machine goes on. Raises MachineNotFound."""

    @abstractmethod
    def power_off(self, machine_id: UUID) -> None:
        """Cut the power. Raises MachineNotFound."""

    @abstractmethod
    def is_alive(self) -> bool:
        """Whether the host answers now."""

    @abstractmethod
    def close(self) -> None: ...


@runtime_checkable
class Pausable(Protocol):
    def pause(self, machine_id: UUID) -> None:
        """Freeze a running machine. Refused for one that is off."""


@runtime_checkable
class Resettable(Protocol):
    def reset(self, machine_id: UUID) -> None:
        """Press the reset button of a running machine. Refused for one that is off."""


@runtime_checkable
class GracefullyStoppable(Protocol):
    def shut_down(self, machine_id: UUID, timeout_seconds: float) -> None:
        """Ask the guest to switch itself off, and wait. Raises TimedOut with the machine left running."""


@runtime_checkable
class ConsoleProviding(Protocol):
    def open_console(self, machine_id: UUID) -> socket.socket:
        """A connected stream socket that speaks VNC (RFB). Refused for a machine that is off."""


class Watch(Protocol):
    def close(self) -> None: ...


@runtime_checkable
class Watchable(Protocol):
    def watch(self, on_change: Callable[[MachineChange], None], on_lost: Callable[[str], None]) -> Watch:
        """Call ``on_change`` for every change, from a thread of the driver's, until closed. ``on_lost`` is
        called once, with a reason, when the host went away; nothing is called after that."""


@runtime_checkable
class Streaming(Protocol):
    """Copies what a disk reads from the file it was made of into the disk, while the machine runs.

    ``path`` names the disk. What was copied stays copied when the machine is switched off meanwhile.
    """

    def stream_state(self, machine_id: UUID, path: str) -> StreamState:
        """Raises MachineNotFound; HypervisorRefused when the machine has no such disk."""

    def begin_stream(self, machine_id: UUID, path: str, bandwidth_mib_per_second: int = 0) -> None:
        """Begin to copy, unless that is under way or nothing is left. Refused for a machine that is off."""

    def abort_stream(self, machine_id: UUID, path: str) -> None:
        """Stop copying; the machine goes on as before. Nothing under way is fine."""


@runtime_checkable
class MediaChanging(Protocol):
    """Changes what is in the CD-ROM drives of a machine, running or not; drives come with its definition."""

    def media(self, machine_id: UUID) -> list[str]:
        """The paths of the images in its drives now. Raises MachineNotFound."""

    def insert_medium(self, machine_id: UUID, path: str, disk_format: DiskFormat) -> None:
        """Put the image into an empty drive, for good. Raises MachineNotFound, NoFreeDrive."""

    def eject_medium(self, machine_id: UUID, path: str, force: bool = False) -> None:
        """Empty the drive that holds the image, for good; none that does is fine. Raises MachineNotFound;
        DriveLocked when the guest holds the tray shut, unless by ``force``."""


CAPABILITIES: dict[str, type] = {
    "pause": Pausable,
    "reset": Resettable,
    "graceful_stop": GracefullyStoppable,
    "console": ConsoleProviding,
    "watch": Watchable,
    "stream": Streaming,
    "media": MediaChanging,
}

Capability = TypeVar("Capability")


def capabilities_of(driver: HypervisorDriver) -> frozenset[str]:
    return frozenset(name for name, protocol in CAPABILITIES.items() if isinstance(driver, protocol))


def require(driver: Any, capability: type[Capability]) -> Capability:
    """The driver as something that has the capability. Raises HypervisorRefused when it has not."""
    if not isinstance(driver, capability):
        words = next(name for name, protocol in CAPABILITIES.items() if protocol is capability)
        raise HypervisorRefused(f"This hypervisor does not offer “{words.replace('_', ' ')}”.")
    return driver
