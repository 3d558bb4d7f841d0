"""Removing a template with its files, or its files alone."""

from django.utils.translation import gettext_lazy as _

from catalogue.models import Conversion, ConversionState, Template, TemplateDisk, TemplateState
from catalogue.uses import uses_of
from contracts.appliance import DeleteTemplateFiles
from contracts.vocabulary import Service, queue_name
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step, register

DELETE_KIND, DELETE_FILE_KIND = "template.delete", "template.delete_file"


def _delete_files(operation: Operation) -> Dispatch | None:
    """Nothing to send for a template whose files are gone already."""
    template = _template_of(operation)
    there = template.disks.exclude(state=TemplateState.UNAVAILABLE).filter(path__isnull=False)
    packages = tuple(template.packages.values_list("path", flat=True))
    paths = tuple(there.values_list("path", flat=True)) + _converted(template) + packages
    if not paths:
        return None
    queue = queue_name(template.repository.datacenter.uuid, Service.APPLIANCE)
    return Dispatch(queue, DeleteTemplateFiles(operation_id=operation.id, paths=paths))


def _template_of(operation: Operation) -> Template:
    return Template.objects.select_related("repository__datacenter").get(pk=operation.resource_id)


def _converted(template: Template) -> tuple[str, ...]:
    """The files its disks were converted to."""
    conversions = Conversion.objects.filter(template_disk__template=template, state=ConversionState.FINISHED)
    return tuple(conversions.values_list("path", flat=True))


def _lose_files(template: Template) -> None:
    Conversion.objects.filter(template_disk__template=template).delete()
    template.packages.all().delete()
    with_file = TemplateDisk.objects.filter(template=template, path__isnull=False)
    with_file.update(state=TemplateState.UNAVAILABLE)
    template.state = TemplateState.UNAVAILABLE
    template.save(update_fields=["state", "updated_at"])


class Removing(Saga):
    """What both have in common. A template whose files could not be removed is as it was."""

    privilege = "APPLIB_ALLOW_MODIFY"
    steps = (Step(name="delete_files", title=_("Delete the files"), send=_delete_files),)

    def failed(self, operation: Operation) -> dict:
        template = _template_of(operation)
        template.state = operation.parameters["from_state"]
        template.save(update_fields=["state", "updated_at"])
        return {"state": template.state}


@register
class DeleteTemplate(Removing):
    kind = DELETE_KIND
    title = _("Delete the template")
    dialect_type = "DELETE"
    done_event, failed_event = "template.deleted", "template.delete_failed"

    def succeeded(self, operation: Operation) -> dict:
        """Somebody may have made a machine of it in the very moment: then the row stays, without files."""
        template = _template_of(operation)
        if uses_of(template.pk):
            _lose_files(template)
            return {"state": template.state}
        template.delete()
        return {"state": "DELETED"}


@register
class DeleteTemplateFile(Removing):
    kind = DELETE_FILE_KIND
    title = _("Delete the template's files")
    dialect_type = "DELETE"
    done_event, failed_event = "template.file_deleted", "template.file_delete_failed"

    def succeeded(self, operation: Operation) -> dict:
        template = _template_of(operation)
        _lose_files(template)
        return {"state": template.state}
