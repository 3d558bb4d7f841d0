"""Commands understood by the virtualization manager."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.base import Command, Message
from contracts.vocabulary import DiskBus, DiskFormat, NicModel, PowerState


class HypervisorEndpoint(Message):
    """How a remote service reaches one host. ``driver`` is a name of ``remote_services.drivers``;
    secrets never stand here: ``sealed_credentials`` is readable by the remote service alone."""

    host_id: UUID
    driver: str
    uri: str
    sealed_credentials: str | None = None


class DiskSpec(Message):
    """``path`` is absolute on the host; ``format`` is what the file is, never probed. ``adapter`` is the
    SCSI adapter the guest has a driver for, in a package's words (``lsilogic``); empty: a virtual one."""

    disk_id: UUID
    path: str
    format: DiskFormat = DiskFormat.QCOW2
    position: int = Field(default=0, ge=0)
    bus: DiskBus = DiskBus.VIRTIO
    adapter: str = ""


class CdromSpec(Message):
    """A CD-ROM drive with the image at ``path``, absolute on the host; without one its tray is empty.
    ``position``: one of the four IDE slots."""

    path: str = ""
    position: int = Field(default=0, ge=0, le=3)
    format: DiskFormat = DiskFormat.RAW


class NicSpec(Message):
    """``bridge`` exists on the host before the machine is started (see ReserveAddress)."""

    nic_id: UUID
    mac: str
    bridge: str
    position: int = Field(default=0, ge=0)
    model: NicModel = NicModel.VIRTIO


class MachineSpec(Message):
    """A whole machine as it shall be defined. ``name`` is for people who look at the hypervisor."""

    machine_id: UUID
    name: str
    vcpus: int = Field(ge=1)
    memory_mib: int = Field(ge=1)
    disks: tuple[DiskSpec, ...] = ()
    nics: tuple[NicSpec, ...] = ()
    cdroms: tuple[CdromSpec, ...] = Field(default=(), max_length=4)


class MachineCommand(Command):
    endpoint: HypervisorEndpoint


class DefineMachine(MachineCommand):
    """Create the machine switched off, or bring the definition of a switched-off one to ``spec``."""

    type: Literal["virtualization.define_machine.v1"] = "virtualization.define_machine.v1"
    spec: MachineSpec


class UndefineMachine(MachineCommand):
    """Forget the machine, stopping it first. One that does not exist is fine."""

    type: Literal["virtualization.undefine_machine.v1"] = "virtualization.undefine_machine.v1"
    machine_id: UUID


class SetPowerState(MachineCommand):
    """Bring the machine to ON, OFF (hard) or PAUSED. ON resumes a paused machine."""

    type: Literal["virtualization.set_power_state.v1"] = "virtualization.set_power_state.v1"
    machine_id: UUID
    state: PowerState


class ShutDownMachine(MachineCommand):
    """Ask the guest to switch itself off and wait; after ``timeout_seconds`` it is an error
    with the machine left running."""

    type: Literal["virtualization.shut_down_machine.v1"] = "virtualization.shut_down_machine.v1"
    machine_id: UUID
    timeout_seconds: int = Field(default=60, ge=1)


class ResetMachine(MachineCommand):
    """Press the reset button of a running machine."""

    type: Literal["virtualization.reset_machine.v1"] = "virtualization.reset_machine.v1"
    machine_id: UUID


class InsertMedium(MachineCommand):
    """Have the image at ``path`` in one of the machine's CD-ROM drives, now and from its next start on. One
    that is there already is fine. Fails with ``no_free_drive`` when all drives hold something."""

    type: Literal["virtualization.insert_medium.v1"] = "virtualization.insert_medium.v1"
    machine_id: UUID
    path: str
    format: DiskFormat = DiskFormat.RAW


class EjectMedium(MachineCommand):
    """Have the image at ``path`` in none of the machine's drives, now and from its next start on; the drive
    stays. Fails with ``drive_locked`` when the guest holds the tray shut, unless by ``force``."""

    type: Literal["virtualization.eject_medium.v1"] = "virtualization.eject_medium.v1"
    machine_id: UUID
    path: str
    force: bool = False


class StreamDisk(MachineCommand):
    """Copy what the disk at ``path`` still reads from its template into it, behind the running machine.

    One that stands alone already is fine. Output: ``{"standalone": true}``, or false with a ``reason``:
    ``off`` (begin again when the machine runs; what was copied stays copied) or ``gone``. Fails with
    ``datastore_full``, the machine left running. ``bandwidth_mib_per_second`` 0 is as fast as it goes.
    """

    type: Literal["virtualization.stream_disk.v1"] = "virtualization.stream_disk.v1"
    machine_id: UUID
    disk_id: UUID
    path: str
    bandwidth_mib_per_second: int = Field(default=0, ge=0)


AnyVirtualizationCommand = Annotated[
    DefineMachine
    | UndefineMachine
    | SetPowerState
    | ShutDownMachine
    | ResetMachine
    | InsertMedium
    | EjectMedium
    | StreamDisk,
    Field(discriminator="type"),
]
VIRTUALIZATION_COMMANDS: TypeAdapter[AnyVirtualizationCommand] = TypeAdapter(AnyVirtualizationCommand)
