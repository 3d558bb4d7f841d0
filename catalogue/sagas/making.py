"""What operations that make a template of something have in common: the template becomes usable or is
forgotten with their end, and their one step copies files in its datacenter."""

from collections.abc import Sequence
from typing import Any

from catalogue.addresses import result_of
from catalogue.models import Template, TemplateState
from catalogue.sagas.conversion import convert_as_needed
from contracts.copies import CancelCopy, CopyCommand, DiscardCopy
from contracts.uploads import UploadedDisk
from contracts.vocabulary import Service, queue_name
from events.services import record_event
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step

COPY_SECONDS = 60


def copying_step(name: str, title: str, send: Any) -> Step:
    """The step, of which two run in a repository at the same time. Undone, nothing of it is left."""
    return Step(
        name=name,
        title=title,
        send=send,
        undo_send=lambda operation: _told(operation, DiscardCopy),
        lease_seconds=COPY_SECONDS,
    )


class MakingTemplate(Saga):
    """``parameters``: template, its id, and name."""

    def interrupt(self, operation: Operation) -> Dispatch:
        return _told(operation, CancelCopy)

    def succeeded(self, operation: Operation) -> dict[str, Any]:
        template = template_made_by(operation)
        template_was_made(template, operation.steps.get(position=0).output.get("disks", ()))
        operation.result = result_of(template)
        return {"template": template.name}

    def failed(self, operation: Operation) -> dict[str, Any]:
        template_was_not_made(operation.parameters["template"])
        return {"template": operation.parameters["name"]}


def template_was_made(template: Template, told: Sequence[dict[str, Any]]) -> None:
    """Enter what the files take and are; from now on machines are made of it. Joins the caller's transaction.

    ``told`` is what the datacenter says of each disk in their order, or nothing where none was written.
    """
    template.disks.update(state=TemplateState.DONE, copied_from=None)
    files = template.disks.exclude(path=None)
    for disk, made in zip(files, map(UploadedDisk.model_validate, told), strict=False):
        disk.file_size_bytes, disk.virtual_size_bytes = made.file_size_bytes, made.virtual_size_bytes
        disk.sha256 = made.sha256
        disk.save()
    template.state = TemplateState.DONE
    template.save(update_fields=["state", "updated_at"])
    record_event(kind="template.created", subject=template)
    convert_as_needed(template)


def template_was_not_made(template_id: int) -> None:
    """Forget it: its room is free. Joins the caller's transaction."""
    Template.objects.filter(pk=template_id, state=TemplateState.IN_PROGRESS).delete()


def template_made_by(operation: Operation) -> Template:
    found = Template.objects.select_related("repository__datacenter")
    return found.get(pk=operation.parameters["template"])


def copying(template: Template, command: CopyCommand) -> Dispatch:
    """The command on the queue of what takes long."""
    queue = queue_name(template.repository.datacenter.uuid, Service.APPLIANCE_COPY)
    return Dispatch(queue, command, target=f"repository:{template.repository_id}")


def common_of(operation: Operation, template: Template) -> dict[str, Any]:
    """What every command about the copy says."""
    return {
        "operation_id": operation.id,
        "copy_id": template.uuid,
        "enterprise_id": template.enterprise_id,
    }


def _told(operation: Operation, kind: type[CopyCommand]) -> Dispatch:
    """By the short queue: the long one may be busy."""
    template = template_made_by(operation)
    queue = queue_name(template.repository.datacenter.uuid, Service.APPLIANCE)
    return Dispatch(queue, kind(**common_of(operation, template)))
