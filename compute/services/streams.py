"""Copying disks off their templates: on demand, again after a failure, and once a machine runs again."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compute.models import Disk, DiskKind, VirtualMachine
from compute.sagas.stream import begin_stream, lane_of
from compute.services.access import locked_machine
from compute.states import MachineState
from core.errors import Conflict, NotFound, OperationInProgress
from core.transactions import retried_transaction
from operations import engine
from operations.models import Operation
from tenants.access import require

RUNS = (MachineState.ON, MachineState.PAUSED)
PRIVILEGE = "VAPP_DEPLOY_UNDEPLOY"
MOST_AT_ONCE = 200


@retried_transaction
def stream_disk(*, actor: Any, machine_id: int, disk_id: int, correlation_id: str = "") -> Operation:
    """Copy the disk off its template, so that it stands alone.

    Raises NotFound, PermissionRefused; Conflict for a disk that stands alone already or a machine that does
    not run; OperationInProgress.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, PRIVILEGE, machine)
    disk = machine.disks.filter(pk=disk_id).first()
    if disk is None:
        raise NotFound(_("The machine has no such disk."), code="HD-0")
    running = active_streams([disk_id]).first()
    if running:
        raise OperationInProgress(_("The disk is being copied already."), operation_id=running.id)
    if not disk.backed or disk.kind == DiskKind.CDROM:
        raise Conflict(_("The disk reads from no template: there is nothing to copy."), code="DISK-ALONE")
    if machine.state not in RUNS:
        raise Conflict(
            _("The disk is copied behind the running machine, and this one does not run."),
            code="DISK-NOT-RUNNING",
            remedy=_("Power it on first."),
        )
    return begin_stream(machine, disk, actor=actor, correlation_id=correlation_id)


def resume_streams() -> None:
    """Begin what is due and can go on: the machine runs, and nothing copies the disk."""
    due = Disk.objects.filter(
        stream_due_at__lte=timezone.now(), backed=True, virtual_machine__state__in=RUNS
    ).values_list("pk", "virtual_machine_id")
    found = list(due.order_by("stream_due_at")[:MOST_AT_ONCE])
    busy = set(active_streams([pk for pk, _machine in found]).values_list("active_key", flat=True))
    for pk, machine_id in found:
        if lane_of(pk) not in busy:
            _resume(machine_id, pk)


def withdraw_streams(machine: VirtualMachine, actor: Any) -> None:
    """Ask what copies disks of a machine that leaves its host to end. Joins the caller's transaction."""
    for operation in active_streams(machine.disks.values_list("pk", flat=True)).select_for_update():
        engine.request_cancellation(operation, actor)


def active_streams(disk_ids: Any) -> Any:
    return Operation.objects.active_on("disk", disk_ids)


@transaction.atomic
def _resume(machine_id: int, disk_id: int) -> None:
    machine = VirtualMachine.objects.select_for_update().filter(pk=machine_id, state__in=RUNS).first()
    disk = Disk.objects.filter(pk=disk_id, backed=True, stream_due_at__isnull=False).first()
    if machine and disk and not active_streams([disk_id]).exists():
        begin_stream(machine, disk)
