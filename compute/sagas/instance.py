"""Making an instance: the machine's disks are copied into the repository while it stays off and locked."""

from django.utils.translation import gettext_lazy as _

from catalogue.addresses import result_of
from catalogue.models import Template
from catalogue.services.making import template_was_made, template_was_not_made
from compute.models import Disk
from compute.sagas import commands
from compute.sagas.action import MachineSaga
from contracts.copies import CancelCopy, CaptureDisks, CopyCommand, DiscardCopy, DiskToCapture
from contracts.vocabulary import DiskFormat, Service, queue_name
from operations.models import Operation
from operations.saga import Dispatch, Step, register

COPY_SECONDS = 60


def _capture(operation: Operation) -> Dispatch:
    template = _template_of(operation)
    disks = {disk.pk: disk for disk in _disks_of(operation)}
    places = zip(operation.parameters["disks"], template.disks.all(), strict=True)
    command = CaptureDisks(
        **_common(operation, template),
        machine_id=commands.machine_of(operation).uuid,
        disks=tuple(
            DiskToCapture(
                disk_id=disks[pk].uuid,
                datastore_path=disks[pk].datastore.path,
                source_path=disks[pk].source_path,
                source_format=DiskFormat(disks[pk].source_format or DiskFormat.QCOW2),
                number=made.position,
                most_bytes=made.file_size_bytes,
            )
            for pk, made in places
        ),
    )
    datacenter = template.repository.datacenter
    queue = queue_name(datacenter.uuid, Service.APPLIANCE_COPY)
    return Dispatch(queue, command, target=f"repository:{template.repository_id}")


def _discard(operation: Operation) -> Dispatch:
    return _told(operation, DiscardCopy)


@register
class MakeInstance(MachineSaga, action="instance", done="instance_made"):
    """The template was made with the operation; it becomes usable, or is forgotten, with its end."""

    dialect_type = "INSTANCE"
    steps = (
        Step(
            name="capture_disks",
            title=_("Copy the disks into the repository"),
            send=_capture,
            undo_send=_discard,
            lease_seconds=COPY_SECONDS,
        ),
    )

    def interrupt(self, operation: Operation) -> Dispatch:
        return _told(operation, CancelCopy)

    def succeeded(self, operation: Operation) -> dict:
        template = _template_of(operation)
        told = operation.steps.get(position=0).output
        template_was_made(template, told.get("disks", ()))
        operation.result = result_of(template)
        return {"template": template.name, "state": commands.machine_of(operation).state}

    def failed(self, operation: Operation) -> dict:
        template_was_not_made(operation.parameters["template"])
        return {"template": operation.parameters["name"], "state": commands.machine_of(operation).state}


def _told(operation: Operation, kind: type[CopyCommand]) -> Dispatch:
    """By the short queue: the long one may be busy."""
    template = _template_of(operation)
    queue = queue_name(template.repository.datacenter.uuid, Service.APPLIANCE)
    return Dispatch(queue, kind(**_common(operation, template)))


def _common(operation: Operation, template: Template) -> dict:
    return {
        "operation_id": operation.id,
        "copy_id": template.uuid,
        "enterprise_id": template.enterprise_id,
    }


def _template_of(operation: Operation) -> Template:
    found = Template.objects.select_related("repository__datacenter")
    return found.get(pk=operation.parameters["template"])


def _disks_of(operation: Operation) -> list[Disk]:
    wanted = Disk.objects.filter(pk__in=operation.parameters["disks"])
    return list(wanted.filter(virtual_machine_id=operation.resource_id).select_related("datastore"))
