"""Inserting an ISO image into a machine that is off, and ejecting one."""

from django.utils.translation import gettext_lazy as _

from compute.models import Disk, VirtualMachine
from compute.sagas import commands
from compute.sagas.action import MachineSaga
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


def _define(way_in: str):
    """A step's ``send`` that defines the machine with the CD-ROM when the operation goes this way, else
    without."""

    def send(operation: Operation) -> Dispatch:
        machine, disk = _of(operation)
        left_out = () if operation.parameters["way"] == way_in else (disk.pk,)
        return commands.define_machine(operation, without=left_out)

    return send


@register
class ChangeCdrom(MachineSaga, action="change_cdrom", done="cdrom_changed"):
    dialect_type = "RECONFIGURE"
    steps = (
        Step(name="make_cdrom", title=_("Make the CD-ROM"), send=_make, undo_send=_remove(INSERT)),
        Step(
            name="define_machine",
            title=_("Change the machine's drives"),
            send=_define(INSERT),
            undo_send=_define(EJECT),
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
