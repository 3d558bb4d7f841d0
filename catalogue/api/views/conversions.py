"""Disks in further formats: below a disk, or below a template that has only one."""

from typing import Any

from django.db.models import QuerySet

from catalogue import services
from catalogue.api.format_words import meant_by
from catalogue.api.resources import CONVERSION
from catalogue.api.rows import with_tasks
from catalogue.api.views.templates import TemplateView
from catalogue.formats import readable_by
from catalogue.models import Conversion, TemplateDisk
from contracts.vocabulary import DiskFormat, DiskVariant, HypervisorType
from core.api.verbs import speaks
from core.errors import Invalid

FILTERS = {"hypervisor": "Only formats that hypervisors of this type read: KVM, VMX_04 …"}
FORCE = {"force": "true passes soft limits of the repository."}


class ConversionView(TemplateView):
    """A view of, or below, the conversions of what the address names."""

    def conversions(self, **names: Any) -> QuerySet[Conversion]:
        """Raises NotFound (VIMAGE-0, DISK-3)."""
        disks = self.disks(**names)
        return Conversion.objects.visible_to(self.actor).filter(template_disk__in=disks.values("pk"))

    def disks(self, **names: Any) -> QuerySet[TemplateDisk]:
        """The disk of the address, or all of the template. Raises NotFound."""
        self.template(names["enterprise"], names["repository"], names["template"])
        disks = TemplateDisk.objects.visible_to(self.actor).filter(template_id=names["template"])
        if "templatedisk" not in names:
            return disks
        disks = disks.filter(pk=names["templatedisk"])
        self.one(disks, "DISK-3")
        return disks

    def disk(self, **names: Any) -> TemplateDisk:
        """The only disk the address may mean. Raises NotFound, Invalid (VIMAGE-44)."""
        disks = list(self.disks(**names).select_related("template__repository")[:2])
        if len(disks) > 1:
            raise Invalid(
                "The template has several disks: ask below one of them.",
                code="VIMAGE-44",
                remedy="Use …/disks/{disk}/conversions.",
            )
        if not disks:
            raise self.missing("DISK-3")
        return disks[0]

    def conversion(self, diskformat: str, **names: Any) -> Conversion:
        """Raises NotFound (CONVERSION-1), Invalid (CONVERSION-0, VIMAGE-44)."""
        wanted, variant = self.wanted(diskformat)
        found = self.conversions(**names).filter(template_disk=self.disk(**names))
        related = found.select_related("template_disk__template__repository")
        return self.one(related.filter(format=wanted, variant=variant), "CONVERSION-1")

    def wanted(self, diskformat: str) -> tuple[DiskFormat, DiskVariant]:
        """Raises Invalid (CONVERSION-0)."""
        meant = meant_by(diskformat)
        if meant is None:
            raise Invalid(
                f"{diskformat[:40]} is no format that disks are written in.",
                code="CONVERSION-0",
                remedy="Use RAW, QCOW2_SPARSE, QCOW2_FLAT, VMDK_SPARSE, VMDK_STREAM_OPTIMIZED, VDI_SPARSE, "
                "VDI_FLAT, VHD_SPARSE, VHD_FLAT, VHDX_SPARSE or VHDX_FLAT.",
            )
        return meant

    def shown(self, conversions: QuerySet[Conversion], **names: Any) -> list:
        """Rows with their addresses and tasks."""
        rows = list(conversions.order_by("template_disk__position", "format", "variant").values(
            *CONVERSION.seen_by(self.actor).columns
        ))  # fmt: skip
        alone = "templatedisk" not in names and self.disks(**names).count() == 1
        return with_tasks(self.actor, rows, below_template=alone)

    @property
    def here(self) -> str:
        """The path of what the conversions are of."""
        return self.request.path.split("/api", 1)[-1].partition("/conversions")[0]


class Conversions(ConversionView):
    @speaks(
        "Disks in further formats",
        answers=(CONVERSION,),
        many=True,
        parameters=FILTERS | {"state": "ENQUEUED, FINISHED, FAILED."},
    )
    def get(self, request, **names):
        found = self.conversions(**names)
        states = [word.upper() for word in self.words("state")]
        found = found.filter(state__in=states) if states else found
        return self.whole(self.shown(self._for_hypervisor(found), **names), CONVERSION)

    @speaks(
        "Begin whatever the hypervisors of the location need; answers what was begun",
        answers=(CONVERSION,),
        many=True,
        status=201,
    )
    def post(self, request, **names):
        disks = list(self.disks(**names).values_list("pk", flat=True))
        template = self.instance(names["enterprise"], names["repository"], names["template"])
        begun = services.convert_whole_template(actor=self.actor, template=template)
        ids = [each.parameters["conversion"] for each in begun if each.parameters["disk"] in disks]
        rows = self.shown(self.conversions(**names).filter(pk__in=ids), **names)
        response = self.whole(rows, CONVERSION)
        response.status_code = 201
        return response

    def _for_hypervisor(self, conversions: QuerySet[Conversion]) -> QuerySet[Conversion]:
        sent = self.params.get("hypervisor", "").upper()
        if not sent:
            return conversions
        try:
            return conversions.filter(format__in=readable_by(HypervisorType(sent)))
        except ValueError:
            raise Invalid(f"hypervisor: {sent[:40]} is no type of hypervisors.", code="GEN-22") from None


class OneConversion(ConversionView):
    @speaks("A disk in a further format", answers=(CONVERSION,))
    def get(self, request, diskformat, **names):
        found = self.conversion(diskformat, **names)
        rows = self.shown(self.conversions(**names).filter(pk=found.pk), **names)
        return self.answer(CONVERSION, rows[0])

    @speaks(
        "Have a disk written in this format, or try again what failed",
        answers=("acceptedrequest",),
        accepts=(CONVERSION,),
        status=202,
        parameters=FORCE,
    )
    def put(self, request, diskformat, **names):
        wanted, variant = self.wanted(diskformat)
        sent = CONVERSION.read(self.document()).get("target")
        if sent and meant_by(sent) != (wanted, variant):
            raise Invalid("The body names another format than the address.", code="CONVERSION-10")
        disk, force = self.disk(**names), self.flag("force")
        known = self.conversions(**names).filter(template_disk=disk, format=wanted, variant=variant)
        found = known.select_related("template_disk__template__repository").first()
        if found is None:
            operation = services.convert_disk(
                actor=self.actor, disk=disk, format=wanted, variant=variant, force=force
            )
        else:
            operation = services.retry_conversion(actor=self.actor, conversion=found, force=force)
        return self.accepted(f"{self.here}/conversions/{diskformat}/tasks/{operation.id}")

    @speaks("Delete the file of a conversion; refused while disks of machines read from it", status=204)
    def delete(self, request, diskformat, **names):
        services.delete_conversion(actor=self.actor, conversion=self.conversion(diskformat, **names))
        return self.nothing()
