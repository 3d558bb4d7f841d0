"""Inserting an ISO image into a deployed machine, running or off, and ejecting one."""

from django.utils.translation import gettext_lazy as _

from compute.models import Disk, VirtualMachine
from compute.sagas import commands
from compute.sagas.action import MachineSaga
from compute.states import MachineState
from contracts import appliance
from contracts.vocabulary import Service, queue_name
from operations.models import Operation
from operations.saga import Dispatch, Step, register

INSERT, EJECT = "insert", "eject"


def _make(operation: Operation) -> Dispatch | None:
    if operation.parameters["way"] != INSERT:
        return None
    machine, disk = _of(operation)
    order = commands.order_of(disk)
    command = appliance.ProvisionMachineDisks(
        operation_id=operation.id, machine_id=machine.uuid, disks=(order,)
    )
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)


def _remove(way: str):
    """A step's ``send`` that removes the disk's file when this is the way the operation goes."""

    def send(operation: Operation) -> Dispatch | None:
        if operation.parameters["way"] != way:
            return None
        machine, disk = _of(operation)
        command = appliance.DeleteDisk(
            operation_id=operation.id, disk_id=disk.uuid, datastore_path=disk.datastore.path
        )
        return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)

    return send


def _drives(*, with_it_when: str, force: bool = False):
    """A step's ``send`` that has the CD-ROM in the machine when the operation goes this way, else not: one
    that runs gets it into a drive it has, one that is off is defined anew."""

    def send(operation: Operation) -> Dispatch:
        _machine, disk = _of(operation)
        inside = operation.parameters["way"] == with_it_when
        if operation.parameters["from_state"] == MachineState.OFF:
            return commands.define_machine(operation, without=() if inside else (disk.pk,))
        if inside:
            return commands.insert_medium(operation, disk)
        return commands.eject_medium(operation, disk, force=force or bool(operation.parameters.get("force")))

    return send


@register
class ChangeCdrom(MachineSaga, action="change_cdrom", done="cdrom_changed"):
    dialect_type = "RECONFIGURE"
    steps = (
        Step(name="make_cdrom", title=_("Make the CD-ROM"), send=_make, undo_send=_remove(INSERT)),
        Step(
            name="define_machine",
            title=_("Change the machine's drives"),
            send=_drives(with_it_when=INSERT),
            # A guest may hold at once what is inserted.
            undo_send=_drives(with_it_when=EJECT, force=True),
        ),
        Step(name="delete_cdrom", title=_("Remove the CD-ROM"), send=_remove(EJECT)),
    )

    def succeeded(self, operation: Operation) -> dict:
        return self._ended(operation, gone=operation.parameters["way"] == EJECT)

    def failed(self, operation: Operation) -> dict:
        return self._ended(operation, gone=operation.parameters["way"] == INSERT)

    @staticmethod
    def _ended(operation: Operation, *, gone: bool) -> dict:
        if gone:
            Disk.objects.filter(pk=operation.parameters["disk"]).delete()
        return {"state": commands.machine_of(operation).state}


def _of(operation: Operation) -> tuple[VirtualMachine, Disk]:
    disks = Disk.objects.select_related("datastore", "template_disk")
    return commands.machine_of(operation), disks.get(pk=operation.parameters["disk"])
