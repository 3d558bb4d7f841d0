"""The commands a machine's sagas send, made from its rows as they are when the step is taken."""

from collections.abc import Collection
from ipaddress import IPv4Address
from typing import Any

from compute.models import Disk, DiskKind, VirtualMachine
from contracts import appliance, dhcp, virtualization
from contracts.vocabulary import DiskBus, DiskFormat, NicModel, PowerState, Service, queue_name
from core.prepared import Prepared
from infrastructure.models import Host
from infrastructure.services import endpoint_of
from networking.models import Nic
from networking.services import network_spec
from operations.models import Operation
from operations.saga import Dispatch

MIB = 1024 * 1024
# IDE's places of images, in this order: disks on IDE have the first of them for as long as there is room.
CDROM_SLOTS = (2, 1, 0)
GUEST_DRIVE_SLOT = 3
NEEDED = (
    "uuid", "name", "vcpus", "memory_mib", "disk_mib", "state", "enterprise_id", "virtual_datacenter_id",
    "ethernet_driver",
    "fqdn", "guest__has_drive",
    "host__uuid", "host__driver", "host__uri", "host__sealed_credentials", "host__datacenter__uuid",
)  # fmt: skip
_machines = Prepared(
    lambda pk: (
        VirtualMachine.objects.filter(pk=pk)
        .select_related("host__datacenter", "guest")
        .only(*NEEDED)
        .order_by()
    )
)
_disks = Prepared(
    lambda machine_id: (
        Disk.objects.filter(virtual_machine_id=machine_id)
        .select_related("datastore", "template_disk")
        .order_by("position")
    )
)
_nics = Prepared(
    lambda machine_id: (
        Nic.objects.filter(virtual_machine_id=machine_id)
        .select_related("network", "lease")
        .order_by("position")
    )
)
_leased_nics = Prepared(
    lambda machine_id: (
        Nic.objects.filter(virtual_machine_id=machine_id, lease__isnull=False)
        .select_related("network", "lease")
        .order_by("position")
    )
)


def machine_of(operation: Operation) -> VirtualMachine:
    """The operation's machine with its host; other columns than sagas need are read when asked for."""
    machine = _machines.first(operation.resource_id)
    if machine is None:
        raise VirtualMachine.DoesNotExist
    return machine


def define_machine(operation: Operation, *, without: Collection[int] = ()) -> Dispatch:
    """``without``: disks that are left out."""
    machine = machine_of(operation)
    spec = spec_of(machine, without=without)
    return _on_host(machine, virtualization.DefineMachine(**_common(operation, machine), spec=spec))


def undefine_machine(operation: Operation) -> Dispatch:
    machine = machine_of(operation)
    return _on_host(
        machine, virtualization.UndefineMachine(**_common(operation, machine), machine_id=machine.uuid)
    )


def set_power_state(state: PowerState):
    """A step's ``send`` that brings the machine to the state by the fast lane."""

    def send(operation: Operation) -> Dispatch:
        machine = machine_of(operation)
        return _fast(
            machine,
            virtualization.SetPowerState(**_common(operation, machine), machine_id=machine.uuid, state=state),
        )

    return send


def insert_medium(operation: Operation, disk: Disk) -> Dispatch:
    machine = machine_of(operation)
    command = virtualization.InsertMedium(
        **_common(operation, machine),
        machine_id=machine.uuid,
        path=path_of(disk),
        format=DiskFormat(disk.format),
    )
    return _on_host(machine, command)


def eject_medium(operation: Operation, disk: Disk, *, force: bool) -> Dispatch:
    """``force``: though the guest holds the tray shut."""
    machine = machine_of(operation)
    command = virtualization.EjectMedium(
        **_common(operation, machine), machine_id=machine.uuid, path=path_of(disk), force=force
    )
    return _on_host(machine, command)


def shut_down(operation: Operation) -> Dispatch:
    machine = machine_of(operation)
    return _fast(
        machine, virtualization.ShutDownMachine(**_common(operation, machine), machine_id=machine.uuid)
    )


def reset(operation: Operation) -> Dispatch:
    machine = machine_of(operation)
    return _fast(machine, virtualization.ResetMachine(**_common(operation, machine), machine_id=machine.uuid))


def provision_disk(operation: Operation) -> Dispatch | None:
    """All disks of the machine, of what was chosen for them when the operation was accepted."""
    machine = machine_of(operation)
    orders = tuple(order_of(disk) for disk in _disks.all(machine.id))
    command = appliance.ProvisionMachineDisks(
        operation_id=operation.id, machine_id=machine.uuid, disks=orders
    )
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)


def delete_disk(operation: Operation) -> Dispatch | None:
    machine = machine_of(operation)
    places = tuple(
        appliance.DiskPlace(disk_id=disk.uuid, datastore_path=disk.datastore.path)
        for disk in _disks.all(machine.id)
    )
    command = appliance.DeleteMachineDisks(operation_id=operation.id, machine_id=machine.uuid, disks=places)
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)


def order_of(disk: Disk) -> appliance.DiskOrder:
    """How the disk is to be made."""
    return appliance.DiskOrder(
        disk_id=disk.uuid,
        source_path=_source_path_of(disk),
        source_format=DiskFormat(disk.source_format or disk.template_disk.format),
        datastore_path=disk.datastore.path,
        size_bytes=_size_bytes_of(disk),
        clone=disk.cloned,
    )


def _source_path_of(disk: Disk) -> str:
    """Empty for a disk with nothing on it."""
    return "" if disk.kind == DiskKind.EMPTY else disk.source_path or disk.template_disk.path or ""


def _size_bytes_of(disk: Disk) -> int:
    """No disk is smaller than the image it is made of."""
    made_of = 0 if disk.kind == DiskKind.EMPTY else disk.template_disk.virtual_size_bytes
    return max(disk.size_mib * MIB, made_of)


def path_of(disk: Disk) -> str:
    """Where the disk lies on its host."""
    return f"{disk.datastore.path}/{disk.uuid}.qcow2"


def has_guest_drive(machine: VirtualMachine) -> bool:
    """Whether a config drive belongs to the machine as it is deployed now."""
    guest = getattr(machine, "guest", None)
    return guest is not None and guest.has_drive


def guest_datastore_of(machine: VirtualMachine) -> str:
    """The config drive lies beside the disk the machine boots from."""
    return _disks.all(machine.id)[0].datastore.path


def reserve_address(operation: Operation) -> Dispatch | None:
    """In every network the machine has cards in, by one command."""
    machine = machine_of(operation)
    host_name = host_name_of(machine)
    parts = [
        dhcp.NetworkReservations(
            network=network_spec(nics[0].network),
            reservations=tuple(
                dhcp.AddressReservation(mac=nic.mac, ip=IPv4Address(nic.lease.ip), hostname=host_name)
                for nic in nics
            ),
        )
        for nics in _leased_by_network(machine)
    ]
    if not parts:
        return None
    command = dhcp.ReserveAddress(
        operation_id=operation.id,
        network=parts[0].network,
        reservations=parts[0].reservations,
        also=tuple(parts[1:]),
    )
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.DHCP), command)


def release_address(operation: Operation) -> Dispatch | None:
    machine = machine_of(operation)
    parts = [
        dhcp.NetworkMacs(network=network_spec(nics[0].network), macs=tuple(nic.mac for nic in nics))
        for nics in _leased_by_network(machine)
    ]
    if not parts:
        return None
    command = dhcp.ReleaseAddress(
        operation_id=operation.id, network=parts[0].network, macs=parts[0].macs, also=tuple(parts[1:])
    )
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.DHCP), command)


def spec_of(
    machine: VirtualMachine, *, without: Collection[int] = (), **size: int
) -> virtualization.MachineSpec:
    """The machine as the hypervisor shall define it; ``size`` overrides vcpus and memory_mib."""
    disks = [disk for disk in _disks.all(machine.id) if disk.pk not in without]
    nics = _nics.all(machine.id)
    return virtualization.MachineSpec(
        machine_id=machine.uuid,
        name=machine.name,
        vcpus=size.get("vcpus", machine.vcpus),
        memory_mib=size.get("memory_mib", machine.memory_mib),
        disks=tuple(
            virtualization.DiskSpec(
                disk_id=disk.uuid,
                path=path_of(disk),
                format=DiskFormat(disk.format),
                position=disk.position,
                bus=DiskBus[disk.controller],
                adapter=disk.adapter,
            )
            for disk in disks
            if disk.kind != DiskKind.CDROM
        ),
        nics=tuple(
            virtualization.NicSpec(
                nic_id=nic.uuid,
                mac=nic.mac,
                bridge=nic.network.bridge,
                position=nic.position,
                model=NicModel[machine.ethernet_driver or NicModel.VIRTIO.name],
            )
            for nic in nics
        ),
        cdroms=_cdroms_of(machine, disks),
    )


def _cdroms_of(machine: VirtualMachine, disks: list[Disk]) -> tuple[virtualization.CdromSpec, ...]:
    """Its images, its config drive, and an empty drive for what is inserted while it runs, where that takes
    no disk's place."""
    images = [disk for disk in disks if disk.kind == DiskKind.CDROM]
    found = [
        virtualization.CdromSpec(path=path_of(disk), position=slot, format=DiskFormat(disk.format))
        for slot, disk in zip(CDROM_SLOTS, images, strict=False)
    ]
    if has_guest_drive(machine):
        path = f"{guest_datastore_of(machine)}/{machine.uuid}.guest.iso"
        found.append(virtualization.CdromSpec(path=path, position=GUEST_DRIVE_SLOT))
    on_ide = sum(disk.kind != DiskKind.CDROM and disk.controller == DiskBus.IDE.name for disk in disks)
    if len(images) < len(CDROM_SLOTS) and len(found) + on_ide <= GUEST_DRIVE_SLOT:
        found.append(virtualization.CdromSpec(position=CDROM_SLOTS[len(images)]))
    return tuple(found)


def host_name_of(machine: VirtualMachine) -> str:
    """The first part of its host name; without one its name as a host name (RFC 1123 label), or one made of
    its number."""
    if machine.fqdn:
        return machine.fqdn.partition(".")[0]
    label = "".join(c if c.isascii() and c.isalnum() else "-" for c in machine.name.lower()).strip("-")[:63]
    return label.strip("-") or f"vm-{machine.id}"


def _leased_by_network(machine: VirtualMachine) -> list[list[Nic]]:
    """Its NICs that hold an address, those in one network together, in the order of the first of each."""
    found: dict[int, list[Nic]] = {}
    for nic in _leased_nics.all(machine.id):
        found.setdefault(nic.network_id, []).append(nic)
    return list(found.values())


def _common(operation: Operation, machine: VirtualMachine) -> dict[str, Any]:
    return {"operation_id": operation.id, "endpoint": endpoint_of(machine.host)}


def _on_host(machine: VirtualMachine, command: virtualization.MachineCommand) -> Dispatch:
    host: Host = machine.host
    queue = queue_name(host.datacenter.uuid, Service.VIRTUALIZATION)
    return Dispatch(queue, command, target=f"host:{host.id}")


def _fast(machine: VirtualMachine, command: virtualization.MachineCommand) -> Dispatch:
    """Power actions have a queue and slots of their own, so that they never wait behind long work."""
    host: Host = machine.host
    queue = queue_name(host.datacenter.uuid, Service.VIRTUALIZATION_FAST)
    return Dispatch(queue, command, target=f"host:{host.id}/power")
