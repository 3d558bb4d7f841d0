"""Asking for a template's disk in another format: by hand, again after a failure, or because a hypervisor
of the datacenter needs it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.formats import needed_conversions
from catalogue.models import Conversion, ConversionState, Template, TemplateDisk, TemplateState
from catalogue.sagas.conversion import KIND, LANE
from catalogue.services.rights import require_own
from contracts.vocabulary import DiskFormat, HypervisorType
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from infrastructure.models import Host
from operations import engine
from operations.models import Operation

EXTENSIONS = {DiskFormat.VPC: "vhd"}


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
    return _begin(template, known or _new(disk, wanted), actor, correlation_id)


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
    return _begin(template, conversion, actor, correlation_id)


def convert_as_needed(template: Template, *, actor: Any = None) -> list[Operation]:
    """Begin what the hypervisors of the template's datacenter need. Joins the caller's transaction."""
    hosts = Host.objects.filter(datacenter_id=template.repository.datacenter_id).order_by()
    types = [HypervisorType(each) for each in hosts.values_list("hypervisor_type", flat=True).distinct()]
    begun = []
    for disk in template.disks.filter(state=TemplateState.DONE):
        there = set(disk.conversions.values_list("format", flat=True))
        for wanted in sorted(needed_conversions(DiskFormat(disk.format), types) - there):
            begun.append(_begin(template, _new(disk, wanted), actor, ""))
    return begun


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


def _new(disk: TemplateDisk, wanted: DiskFormat) -> Conversion:
    """Its file lies beside the disk's, under a name that nobody chose."""
    conversion = Conversion(template_disk=disk, format=wanted)
    folder = disk.path.rpartition("/")[0]
    name = f"{conversion.uuid}.{EXTENSIONS.get(wanted, wanted)}"
    conversion.path = f"{folder}/{name}" if folder else name
    return conversion


def _begin(template: Template, conversion: Conversion, actor: Any, correlation_id: str) -> Operation:
    conversion.state, conversion.error_code = ConversionState.ENQUEUED, ""
    conversion.began_at = timezone.now()
    conversion.save()
    return engine.start(
        kind=KIND,
        resource=template,
        actor=actor,
        lane=f"{LANE}:{conversion.pk}",
        parameters={"conversion": conversion.pk, "format": conversion.format},
        correlation_id=correlation_id,
    )
