"""Asking for a template's disk in another format: by hand, again after a failure, or because a hypervisor
of the datacenter needs it; and removing what was made."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue.formats import WRITABLE
from catalogue.models import Conversion, ConversionState, Template, TemplateDisk, TemplateState
from catalogue.room import keep_room
from catalogue.sagas.conversion import (
    DELETE_KIND,
    begin_conversion,
    convert_as_needed,
    new_conversion,
    start_on,
)
from catalogue.services.rights import require_own
from catalogue.uses import files_read
from contracts.vocabulary import DiskFormat, DiskVariant
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.services import locked_place
from operations.models import Operation
from tenants.access import Decision, possible
from tenants.limits import Force
from tenants.services.refusals import noting_refusals


@noting_refusals
@retried_transaction
def convert_disk(
    *,
    actor: Any,
    disk: TemplateDisk,
    format: str,
    variant: str = "",
    force: bool | Force = False,
    correlation_id: str = "",
) -> Operation:
    """Begin to write the disk in the format. The most the file may take is held until it is known.

    Raises PermissionRefused, Invalid (CONVERSION-0: no such format, -3: it is in that already, -8: it is
    empty, -10: nobody writes that), Conflict (VIMAGE-9: somebody else's, CONVERSION-2: there or under way,
    -9: its file is not there), LimitExceeded.
    """
    template = _locked_template(disk)
    require_own(actor, template)
    wanted = _checked(disk, format, variant)
    known = disk.conversions.select_for_update().filter(format=wanted[0], variant=wanted[1]).first()
    if known is not None and known.state != ConversionState.FAILED:
        raise Conflict(
            _("The disk is there as %(format)s already, or is being converted.") % {"format": known.words},
            code="CONVERSION-2",
        )
    conversion = known or new_conversion(disk, *wanted)
    keep_room(conversion, actor=actor, force=force)
    return begin_conversion(template, conversion, actor, correlation_id)


@noting_refusals
@retried_transaction
def retry_conversion(
    *, actor: Any, conversion: Conversion, force: bool | Force = False, correlation_id: str = ""
) -> Operation:
    """Try a failed one again. Raises PermissionRefused, LimitExceeded, Conflict (CONVERSION-4: not failed,
    -9: the disk's file is not there; VIMAGE-9)."""
    template = _locked_template(conversion.template_disk)
    require_own(actor, template)
    conversion = Conversion.objects.select_for_update().get(pk=conversion.pk)
    if conversion.state != ConversionState.FAILED:
        raise Conflict(
            _("Only a conversion that failed is tried again; this one is %(state)s.")
            % {"state": conversion.get_state_display()},
            code="CONVERSION-4",
        )
    _require_file(conversion.template_disk)
    keep_room(conversion, actor=actor, force=force)
    return begin_conversion(template, conversion, actor, correlation_id)


@retried_transaction
def convert_whole_template(*, actor: Any, template: Template, correlation_id: str = "") -> list[Operation]:
    """Begin whatever the hypervisors of the template's datacenter still need.

    Raises PermissionRefused, Conflict (VIMAGE-9).
    """
    locked_place(enterprise_id=template.enterprise_id, datacenter_id=template.repository.datacenter_id)
    template = Template.objects.select_for_update().get(pk=template.pk)
    require_own(actor, template)
    return convert_as_needed(template, actor=actor, correlation_id=correlation_id)


@retried_transaction
def delete_conversion(*, actor: Any, conversion: Conversion, correlation_id: str = "") -> Operation | None:
    """Begin to remove what a conversion wrote; one that failed is forgotten at once (None).

    Raises PermissionRefused, Conflict (VIMAGE-9; VIMAGE-30: it is under way, VIMAGE-10: disks of machines
    read from it).
    """
    template = Template.objects.select_for_update().get(pk=conversion.template_disk.template_id)
    conversion = Conversion.objects.select_for_update().get(pk=conversion.pk)
    _require_deletable(actor, template, conversion)
    if conversion.state == ConversionState.FAILED:
        data = {"format": conversion.words}
        record_event(kind="template.conversion_deleted", subject=template, actor=actor, data=data)
        conversion.delete()
        return None
    # While its file goes nothing is made of it, and the room counts as before.
    conversion.state, conversion.reserved_bytes = ConversionState.ENQUEUED, conversion.file_size_bytes
    conversion.file_size_bytes = 0
    conversion.save()
    return start_on(conversion, DELETE_KIND, template, actor, correlation_id)


def may_delete_conversion(actor: Any, conversion: Conversion) -> Decision:
    """Whether it could be removed now, with the reason when not."""
    return possible(_require_deletable, actor, conversion.template_disk.template, conversion)


def conversions_under_way(template: Template) -> QuerySet[Conversion]:
    """What is being converted of the template now, or waits for its turn."""
    return Conversion.objects.filter(template_disk__template=template, state=ConversionState.ENQUEUED)


def _locked_template(disk: TemplateDisk) -> Template:
    """With the limits of its place: these first, as whoever deploys does."""
    template = disk.template
    locked_place(enterprise_id=template.enterprise_id, datacenter_id=template.repository.datacenter_id)
    return Template.objects.select_for_update().get(pk=template.pk)


def _checked(disk: TemplateDisk, format: str, variant: str) -> tuple[DiskFormat, DiskVariant]:
    try:
        wanted = (DiskFormat(format), DiskVariant(variant))
    except ValueError:
        raise Invalid(
            _("%(format)s is no format of disks: %(formats)s are.")
            % {"format": format, "formats": ", ".join(DiskFormat)},
            code="CONVERSION-0",
        ) from None
    if wanted not in WRITABLE:
        raise Invalid(
            _("Disks are not written as %(variant)s %(format)s.")
            % {"variant": variant.replace("_", " "), "format": format},
            code="CONVERSION-10",
            remedy=_("Choose one that is offered."),
        )
    if disk.is_empty:
        raise Invalid(_("There is nothing on this disk to convert."), code="CONVERSION-8")
    if wanted == (disk.format, disk.variant):
        raise Invalid(_("The disk is in this format already."), code="CONVERSION-3")
    _require_file(disk)
    return wanted


def _require_file(disk: TemplateDisk) -> None:
    if disk.state != TemplateState.DONE:
        raise Conflict(
            _("The disk's file is not there: %(state)s.") % {"state": disk.state}, code="CONVERSION-9"
        )


def _require_deletable(actor: Any, template: Template, conversion: Conversion) -> None:
    require_own(actor, template)
    if conversion.state == ConversionState.ENQUEUED:
        raise Conflict(
            _("The disk is being converted, or its file removed."),
            code="VIMAGE-30",
            remedy=_("Cancel that first, or wait for its end."),
        )
    if conversion.path in files_read(template.pk):
        raise Conflict(
            _("Disks of machines still read from this file."),
            code="VIMAGE-10",
            remedy=_("Copy their disks off the template, or undeploy the machines."),
        )
