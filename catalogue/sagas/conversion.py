"""Writing a template's disk in another format, and removing that again. Goes on beside whatever else happens
to the template."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.formats import needed_conversions
from catalogue.models import Conversion, ConversionState, Template, TemplateDisk, TemplateState
from catalogue.room import keep_room_or_fail
from contracts.appliance import DeleteTemplateFiles
from contracts.conversion import CancelConversion, ConvertDisk, DiscardConversion
from contracts.vocabulary import (
    DiskFormat,
    DiskVariant,
    ErrorCode,
    HypervisorType,
    Service,
    queue_name,
)
from infrastructure.models import Host
from operations import engine
from operations.models import Operation, OperationStatus
from operations.saga import Dispatch, Saga, Step, register

KIND, DELETE_KIND = "template.convert_disk", "template.delete_conversion"
LANE = "conversion"
EXTENSIONS = {DiskFormat.VPC: "vhd"}


def new_conversion(
    disk: TemplateDisk, format: DiskFormat, variant: DiskVariant = DiskVariant.PLAIN
) -> Conversion:
    """Its file lies beside the disk's, under a name that nobody chose."""
    conversion = Conversion(template_disk=disk, format=format, variant=variant, began_at=timezone.now())
    folder = (disk.path or "").rpartition("/")[0]
    name = f"{conversion.uuid}.{EXTENSIONS.get(format, format)}"
    conversion.path = f"{folder}/{name}" if folder else name
    return conversion


def begin_conversion(
    template: Template, conversion: Conversion, actor: Any = None, correlation_id: str = ""
) -> Operation:
    """Start writing the file, for which room is kept. Joins the caller's transaction."""
    conversion.state, conversion.error_code = ConversionState.ENQUEUED, ""
    conversion.began_at = timezone.now()
    conversion.save()
    return start_on(conversion, KIND, template, actor, correlation_id)


def start_on(
    conversion: Conversion, kind: str, template: Template, actor: Any, correlation_id: str = ""
) -> Operation:
    """Start an operation that holds the conversion and nothing else. Joins the caller's transaction."""
    return engine.start(
        kind=kind,
        resource=template,
        actor=actor,
        lane=f"{LANE}:{conversion.pk}",
        parameters={
            "conversion": conversion.pk,
            "disk": conversion.template_disk_id,
            "format": conversion.words,
        },
        correlation_id=correlation_id,
    )


def convert_as_needed(template: Template, *, actor: Any = None, correlation_id: str = "") -> list[Operation]:
    """Begin what the hypervisors of the template's datacenter need; what finds no room is there as failed,
    to be tried again. Joins the caller's transaction."""
    hosts = Host.objects.filter(datacenter_id=template.repository.datacenter_id).order_by()
    types = [HypervisorType(each) for each in hosts.values_list("hypervisor_type", flat=True).distinct()]
    begun = []
    for disk in template.disks.filter(state=TemplateState.DONE, path__isnull=False, optical=False):
        there = set(disk.conversions.values_list("format", flat=True))
        for wanted in sorted(needed_conversions(DiskFormat(disk.format), types) - there):
            conversion = new_conversion(disk, wanted)
            if keep_room_or_fail(conversion):
                begun.append(begin_conversion(template, conversion, actor, correlation_id))
    return begun


def _convert(operation: Operation) -> Dispatch:
    conversion = _conversion_of(operation)
    disk = conversion.template_disk
    command = ConvertDisk(
        operation_id=operation.id,
        conversion_id=conversion.uuid,
        source_path=disk.path,
        source_format=DiskFormat(disk.format),
        target_path=conversion.path,
        target_format=DiskFormat(conversion.format),
        stream_optimized=conversion.variant == DiskVariant.STREAM_OPTIMIZED,
        flat=conversion.variant == DiskVariant.FLAT,
        most_bytes=conversion.reserved_bytes,
    )
    return _dispatch(conversion, command, target=f"conversion:{disk.template.repository_id}")


def _discard(operation: Operation) -> Dispatch:
    conversion = _conversion_of(operation)
    command = DiscardConversion(
        operation_id=operation.id, conversion_id=conversion.uuid, target_path=conversion.path
    )
    return _dispatch(conversion, command)


@register
class ConvertTemplateDisk(Saga):
    """Of one repository only a few are out at a time, and the conversion manager takes them in turn."""

    kind = KIND
    title = _("Convert a disk")
    privilege = "APPLIB_ALLOW_MODIFY"
    dialect_type = "CONVERT_DISK"
    done_event, failed_event = "template.disk_converted", "template.conversion_failed"
    steps = (Step(name="convert_disk", title=_("Convert"), send=_convert, undo_send=_discard),)

    def interrupt(self, operation: Operation) -> Dispatch:
        conversion = _conversion_of(operation)
        return _dispatch(
            conversion, CancelConversion(operation_id=operation.id, conversion_id=conversion.uuid)
        )

    def succeeded(self, operation: Operation) -> dict:
        conversion = _conversion_of(operation)
        told = operation.steps.get(position=0).output
        conversion.state, conversion.error_code = ConversionState.FINISHED, ""
        conversion.reserved_bytes = 0
        conversion.file_size_bytes = told.get("file_size_bytes", conversion.template_disk.file_size_bytes)
        conversion.virtual_size_bytes = told.get(
            "virtual_size_bytes", conversion.template_disk.virtual_size_bytes
        )
        conversion.save()
        return {"format": conversion.words}

    def failed(self, operation: Operation) -> dict:
        conversion = _conversion_of(operation)
        cancelled = operation.status == OperationStatus.CANCELLING
        conversion.state = ConversionState.FAILED
        conversion.error_code = (
            ErrorCode.CANCELLED
            if cancelled
            else (operation.error or {}).get("code", ErrorCode.INTERNAL_ERROR)
        )
        conversion.reserved_bytes = 0
        conversion.save()
        return {"format": conversion.words}


def _delete_file(operation: Operation) -> Dispatch:
    conversion = _conversion_of(operation)
    datacenter = conversion.template_disk.template.repository.datacenter
    command = DeleteTemplateFiles(operation_id=operation.id, paths=(conversion.path,))
    return Dispatch(queue_name(datacenter.uuid, Service.APPLIANCE), command)


@register
class DeleteConversion(Saga):
    """One whose file could not be removed is there as before."""

    kind = DELETE_KIND
    title = _("Delete a converted disk")
    privilege = "APPLIB_ALLOW_MODIFY"
    dialect_type = "DELETE"
    done_event, failed_event = "template.conversion_deleted", "template.conversion_delete_failed"
    steps = (Step(name="delete_files", title=_("Delete the file"), send=_delete_file),)

    def succeeded(self, operation: Operation) -> dict:
        _conversion_of(operation).delete()
        return {"format": operation.parameters["format"]}

    def failed(self, operation: Operation) -> dict:
        conversion = _conversion_of(operation)
        conversion.state = ConversionState.FINISHED
        conversion.file_size_bytes, conversion.reserved_bytes = conversion.reserved_bytes, 0
        conversion.save()
        return {"format": conversion.words}


def _conversion_of(operation: Operation) -> Conversion:
    related = "template_disk__template__repository__datacenter"
    return Conversion.objects.select_related(related).get(pk=operation.parameters["conversion"])


def _dispatch(conversion: Conversion, command, target: str = "") -> Dispatch:
    datacenter = conversion.template_disk.template.repository.datacenter
    return Dispatch(queue_name(datacenter.uuid, Service.CONVERSION), command, target=target)
