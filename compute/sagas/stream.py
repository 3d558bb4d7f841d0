"""Copying behind a running machine what its disk still reads from the template, in a lane of its own:
the machine can be switched off, changed and undeployed meanwhile."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.formats import Source, SourceFile
from compute.models import Disk, DiskKind, VirtualMachine
from compute.sagas import commands
from contracts import virtualization
from contracts.vocabulary import DiskFormat, Service, queue_name
from events.services import record_event
from infrastructure.services import endpoint_of
from operations import engine
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step, register

KIND = "virtual_machine.stream_disk"
ATTEMPTS = 100


def lane_of(disk_id: int) -> str:
    return f"disk:{disk_id}"


def begin_stream(machine: VirtualMachine, disk: Disk, *, actor: Any = None, **context: Any) -> Operation:
    """Start copying one disk of a running machine, whose row is locked and whose lane is free."""
    return engine.start(
        kind=KIND,
        resource=machine,
        actor=actor,
        lane=lane_of(disk.pk),
        parameters={"disk": disk.pk, "position": disk.position, "source": disk.source_path},
        **context,
    )


def disks_were_made(machine: VirtualMachine, actor: Any) -> None:
    """What follows once a machine's disks are there and it runs: clones stand alone, and what is better off
    its template is copied from now on."""
    for disk in machine.disks.filter(backed=True).exclude(kind=DiskKind.CDROM):
        file = SourceFile(disk.source_path, DiskFormat(disk.source_format))
        if disk.cloned:
            machine.disks.filter(pk=disk.pk).update(backed=False)
        elif Source(file, clone=False).streams:
            machine.disks.filter(pk=disk.pk).update(stream_due_at=timezone.now())
            # One of an earlier life of the machine may not have ended yet: then the sweep begins it.
            if not Operation.objects.active_on("disk", [disk.pk]).exists():
                begin_stream(machine, disk, actor=actor)


def forget_sources(machine: VirtualMachine) -> None:
    """The machine's disks are gone from its host: nothing of the repository is held for them any more."""
    machine.disks.update(datastore=None, backed=False, stream_due_at=None)


def _stream(operation: Operation) -> Dispatch | None:
    machine = commands.machine_of(operation)
    disk = machine.disks.filter(pk=operation.parameters["disk"], backed=True, datastore__isnull=False).first()
    if disk is None or machine.host is None:
        return None
    command = virtualization.StreamDisk(
        operation_id=operation.id,
        endpoint=endpoint_of(machine.host),
        machine_id=machine.uuid,
        disk_id=disk.uuid,
        path=commands.path_of(disk),
    )
    queue = queue_name(machine.host.datacenter.uuid, Service.VIRTUALIZATION_STREAM)
    return Dispatch(queue, command, target=f"host:{machine.host_id}/stream")


@register
class StreamDisk(Saga):
    """A host that is away is asked again for hours; a machine that is off is copied on once it runs."""

    kind = KIND
    title = _("Copy a disk off its template")
    privilege = "VAPP_DEPLOY_UNDEPLOY"
    dialect_type = "DISK_CONVERSION"
    done_event = "virtual_machine.stream_ended"
    failed_event = "virtual_machine.stream_failed"
    steps = (
        Step(
            name="stream_disk",
            title=_("Copy behind the running machine"),
            send=_stream,
            queue_seconds=60,
            lease_seconds=60,
            attempts=ATTEMPTS,
        ),
    )

    def succeeded(self, operation: Operation) -> dict:
        told = operation.steps.get(position=0).output
        disk = _disk_of(operation)
        if told.get("standalone"):
            disk.update(backed=False, stream_due_at=None)
            machine = VirtualMachine.objects.filter(pk=operation.resource_id).first()
            if machine is not None:
                data = {"position": operation.parameters["position"]}
                record_event(kind="virtual_machine.disk_copied", subject=machine, data=data)
        elif told.get("reason") == "off":
            disk.update(stream_due_at=timezone.now())
        return {"standalone": bool(told.get("standalone")), "reason": told.get("reason", "")}

    def failed(self, operation: Operation) -> dict:
        _disk_of(operation).update(stream_due_at=None)
        return {}


def _disk_of(operation: Operation) -> Any:
    """The disk, unless it was deployed anew of something else since."""
    return Disk.objects.filter(
        pk=operation.parameters["disk"], source_path=operation.parameters["source"], backed=True
    )
