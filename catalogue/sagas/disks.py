"""Single disks of a template: copied from another one, removed, or their files alone."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalogue.models import Conversion, ConversionState, Template, TemplateDisk, TemplateState
from contracts.appliance import DeleteTemplateFiles
from contracts.copies import CancelCopy, CopyTemplateFiles, DiscardCopy, FileToCopy
from contracts.vocabulary import DiskFormat, Service, queue_name
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step, register

ADD_KIND = "template.copy_disk"
DELETE_KIND, DELETE_FILE_KIND = "template.delete_disk", "template.delete_disk_file"


def _disk_of(operation: Operation) -> TemplateDisk:
    related = "template__repository__datacenter"
    return TemplateDisk.objects.select_related(related).get(pk=operation.parameters["disk"])


def _send(disk: TemplateDisk, service: Service, command) -> Dispatch:
    return Dispatch(queue_name(disk.template.repository.datacenter.uuid, service), command)


def _copying(operation: Operation, disk: TemplateDisk) -> dict:
    """``disk.uuid`` names the copy, and so the folder its file lies in."""
    return {
        "operation_id": operation.id,
        "copy_id": UUID(str(disk.uuid)),
        "enterprise_id": disk.template.enterprise_id,
    }


def _copy(operation: Operation) -> Dispatch:
    disk = _disk_of(operation)
    file = FileToCopy(path=operation.parameters["source"], format=DiskFormat(disk.format), number=0)
    command = CopyTemplateFiles(**_copying(operation, disk), files=(file,))
    return _send(disk, Service.APPLIANCE_COPY, command)


def _discard_copy(operation: Operation) -> Dispatch:
    disk = _disk_of(operation)
    return _send(disk, Service.APPLIANCE_COPY, DiscardCopy(**_copying(operation, disk)))


def _delete_files(operation: Operation) -> Dispatch | None:
    disk = _disk_of(operation)
    converted = disk.conversions.filter(state=ConversionState.FINISHED).values_list("path", flat=True)
    own = [disk.path] if operation.parameters["there"] else []
    paths = (*own, *converted)
    if not paths:
        return None
    return _send(disk, Service.APPLIANCE, DeleteTemplateFiles(operation_id=operation.id, paths=paths))


class OfDisk(Saga):
    """What these have in common: the template is as it was once the operation is over."""

    privilege = "APPLIB_ALLOW_MODIFY"

    def failed(self, operation: Operation) -> dict:
        TemplateDisk.objects.filter(pk=operation.parameters["disk"]).update(
            state=operation.parameters["disk_state"]
        )
        return _settle(operation)


def _settle(operation: Operation) -> dict:
    """A template is there when all its disks are."""
    template = Template.objects.get(pk=operation.resource_id)
    missing = template.disks.filter(state=TemplateState.UNAVAILABLE).exists()
    template.state = TemplateState.UNAVAILABLE if missing else TemplateState.DONE
    template.save(update_fields=["state", "updated_at"])
    return {"state": template.state}


@register
class CopyDisk(OfDisk):
    """Adds a disk that holds what one of another template does. A disk that could not be made is none."""

    kind = ADD_KIND
    title = _("Copy a disk")
    dialect_type = "COPY_DISK"
    done_event, failed_event = "template.disk_added", "template.disk_add_failed"
    steps = (Step(name="copy_disk", title=_("Copy"), send=_copy, undo_send=_discard_copy),)

    def interrupt(self, operation: Operation) -> Dispatch:
        disk = _disk_of(operation)
        return _send(disk, Service.APPLIANCE_COPY, CancelCopy(**_copying(operation, disk)))

    def succeeded(self, operation: Operation) -> dict:
        disk = _disk_of(operation)
        (told,) = operation.steps.get(position=0).output["disks"]
        disk.path, disk.state, disk.copied_from = told["path"], TemplateState.DONE, None
        disk.file_size_bytes = told["file_size_bytes"]
        disk.virtual_size_bytes = told["virtual_size_bytes"]
        disk.sha256 = told.get("sha256", "")
        disk.save()
        return {"disk": disk.pk, "label": disk.label} | _settle(operation)

    def failed(self, operation: Operation) -> dict:
        TemplateDisk.objects.filter(pk=operation.parameters["disk"]).delete()
        return _settle(operation)


@register
class DeleteDisk(OfDisk):
    kind = DELETE_KIND
    title = _("Delete a disk")
    dialect_type = "DELETE"
    done_event, failed_event = "template.disk_deleted", "template.disk_delete_failed"
    steps = (Step(name="delete_files", title=_("Delete the files"), send=_delete_files),)

    def succeeded(self, operation: Operation) -> dict:
        _disk_of(operation).delete()
        return _settle(operation)


@register
class DeleteDiskFile(OfDisk):
    kind = DELETE_FILE_KIND
    title = _("Delete the file of a disk")
    dialect_type = "DELETE"
    done_event, failed_event = "template.disk_file_deleted", "template.disk_file_delete_failed"
    steps = (Step(name="delete_files", title=_("Delete the files"), send=_delete_files),)

    def succeeded(self, operation: Operation) -> dict:
        disk = _disk_of(operation)
        Conversion.objects.filter(template_disk=disk).delete()
        disk.state = TemplateState.UNAVAILABLE
        disk.save(update_fields=["state", "updated_at"])
        return _settle(operation)
