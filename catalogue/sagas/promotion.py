"""Making a master of an instance: its files once more, under a template of their own."""

from django.utils.translation import gettext_lazy as _

from catalogue.sagas.making import MakingTemplate, common_of, copying, copying_step, template_made_by
from contracts.copies import CopyTemplateFiles, FileToCopy
from contracts.vocabulary import DiskFormat
from operations.models import Operation
from operations.saga import Dispatch, register

KIND = "template.promote"


def _copy(operation: Operation) -> Dispatch:
    template = template_made_by(operation)
    disks = template.disks.exclude(path=None).select_related("copied_from")
    files = tuple(
        FileToCopy(path=disk.copied_from.path, format=DiskFormat(disk.format), number=disk.position)
        for disk in disks
    )
    return copying(template, CopyTemplateFiles(**common_of(operation, template), files=files))


@register
class PromoteTemplate(MakingTemplate):
    kind = KIND
    title = _("Promote to a master")
    privilege = "APPLIB_ALLOW_MODIFY"
    dialect_type = "PROMOTE"
    done_event, failed_event = "template.promoted", "template.promotion_failed"
    steps = (copying_step("copy_template_files", _("Copy the files"), _copy),)
