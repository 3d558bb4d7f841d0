"""Asking for a template's disk in another format: by hand, again after a failure, or because a hypervisor
of the datacenter needs it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue.models import Conversion, ConversionState, Template, TemplateDisk, TemplateState
from catalogue.sagas.conversion import begin_conversion, new_conversion
from catalogue.services.rights import require_own
from contracts.vocabulary import DiskFormat
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from operations.models import Operation


@retried_transaction
def convert_disk(*, actor: Any, disk: TemplateDisk, format: str, correlation_id: str = "") -> Operation:
    """Begin to write the disk in the format.

    Raises PermissionRefused, Invalid (CONVERSION-0: no such format, -3: it is in that already), Conflict
    (VIMAGE-9: somebody else's, CONVERSION-2: there or under way, -9: its file is not there).
    """
    template = Template.objects.select_for_update().get(pk=disk.template_id)
    require_own(actor, template)
    wanted = _checked(disk, format)
    known = disk.conversions.select_for_update().filter(format=wanted).first()
    if known is not None and known.state != ConversionState.FAILED:
        raise Conflict(
            _("The disk is there as %(format)s already, or is being converted.") % {"format": wanted},
            code="CONVERSION-2",
        )
    return begin_conversion(template, known or new_conversion(disk, wanted), actor, correlation_id)


@retried_transaction
def retry_conversion(*, actor: Any, conversion: Conversion, correlation_id: str = "") -> Operation:
    """Try a failed one again. Raises PermissionRefused, Conflict (CONVERSION-4: not failed; VIMAGE-9)."""
    template = Template.objects.select_for_update().get(pk=conversion.template_disk.template_id)
    require_own(actor, template)
    conversion = Conversion.objects.select_for_update().get(pk=conversion.pk)
    if conversion.state != ConversionState.FAILED:
        raise Conflict(
            _("Only a conversion that failed is tried again; this one is %(state)s.")
            % {"state": conversion.get_state_display()},
            code="CONVERSION-4",
        )
    return begin_conversion(template, conversion, actor, correlation_id)


def conversions_under_way(template: Template) -> QuerySet[Conversion]:
    """What is being converted of the template now, or waits for its turn."""
    return Conversion.objects.filter(template_disk__template=template, state=ConversionState.ENQUEUED)


def _checked(disk: TemplateDisk, format: str) -> DiskFormat:
    try:
        wanted = DiskFormat(format)
    except ValueError:
        raise Invalid(
            _("%(format)s is no format of disks: %(formats)s are.")
            % {"format": format, "formats": ", ".join(DiskFormat)},
            code="CONVERSION-0",
        ) from None
    if wanted == disk.format:
        raise Invalid(_("The disk is in this format already."), code="CONVERSION-3")
    if disk.state != TemplateState.DONE:
        raise Conflict(
            _("The disk's file is not there: %(state)s.") % {"state": disk.state}, code="CONVERSION-9"
        )
    return wanted
