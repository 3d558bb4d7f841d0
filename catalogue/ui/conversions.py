"""The formats a template's disks are there in, and asking for another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue import services
from catalogue.formats import WRITABLE, most_bytes
from catalogue.models import Conversion, Template, TemplateDisk
from catalogue.ui.losses import lost_with_conversion
from contracts.vocabulary import DiskFormat, DiskVariant
from core.ui.pages import Page, told
from operations.failures import words_of
from operations.models import Operation
from operations.ui.presenting import tasks_of

LANE = "conversion"
LAYOUTS = {
    DiskVariant.PLAIN: "",
    DiskVariant.FLAT: _("its whole size at once"),
    DiskVariant.STREAM_OPTIMIZED: _("stream-optimised, as in packages"),
}


def formats_of(request: HttpRequest, template: Template) -> list[dict[str, Any]]:
    """Each disk with every format: its own, those it was converted to with how far that is, and the rest."""
    conversions = Conversion.objects.visible_to(request.user).filter(template_disk__template=template)
    by_disk = {(each.template_disk_id, each.format, each.variant): each for each in conversions}
    running = _running(request, [each.pk for each in by_disk.values()])
    return [
        {
            "disk": disk,
            "most_bytes": most_bytes(disk.virtual_size_bytes),
            "formats": [_format(disk, each, by_disk, running) for each in sorted(WRITABLE)],
        }
        for disk in template.disks.filter(path__isnull=False)
    ]


def _format(
    disk: TemplateDisk, wanted: tuple[DiskFormat, DiskVariant], by_disk: dict, running: dict
) -> dict[str, Any]:
    conversion = by_disk.get((disk.pk, *wanted))
    return {
        "name": wanted[0].value,
        "variant": wanted[1].value,
        "layout": LAYOUTS[wanted[1]],
        "own": (disk.format, disk.variant) == wanted,
        "conversion": conversion,
        "task": running.get(conversion.pk) if conversion else None,
        "why": words_of(conversion.error_code) if conversion and conversion.error_code else "",
    }


def _running(request: HttpRequest, ids: list[int]) -> dict[int, dict[str, Any]]:
    """By conversion, the task that works on it now."""
    operations = Operation.objects.visible_to(request.user).active_on(LANE, ids).prefetch_related("steps")
    keys = {each.id: int(each.active_key.partition(":")[2]) for each in operations}
    return {keys[task["id"]]: task for task in tasks_of(operations, request.user)}


class Convert(Page):
    """Asks for one disk in one format; what failed is tried again."""

    failed_to = _("The disk is not converted")

    def post(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        disks = TemplateDisk.objects.visible_to(request.user).filter(template_id=template_id)
        disk = get_object_or_404(disks, pk=templatedisk)
        services.convert_disk(
            actor=request.user,
            disk=disk,
            format=request.POST.get("format", ""),
            variant=request.POST.get("variant", ""),
            correlation_id=request.correlation_id,
        )
        if request.headers.get("HX-Request"):
            return told("", **{"open-drawer": {}})
        return redirect(reverse("catalogue:template_tab", args=[template_id, "formats"]))


class DeleteConverted(Page):
    """Removes what a conversion wrote."""

    failed_to = _("The converted disk is not deleted")

    def get(self, request: HttpRequest, template_id: int, conversion: int) -> HttpResponse:
        found = self._conversion(request, template_id, conversion)
        context = {
            "title": gettext("Delete the disk as %(format)s?") % {"format": found.words},
            "text": gettext(
                "The room in the repository is free again. It can be converted anew at any time."
            ),
            "losses": lost_with_conversion(found),
            "verb": gettext("Delete"),
            "action": reverse("catalogue:delete_conversion", args=[template_id, found.pk]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, template_id: int, conversion: int) -> HttpResponse:
        found = self._conversion(request, template_id, conversion)
        services.delete_conversion(
            actor=request.user, conversion=found, correlation_id=request.correlation_id
        )
        location = reverse("catalogue:template_tab", args=[template_id, "formats"])
        return told(gettext("The converted disk is being deleted."), location=location)

    @staticmethod
    def _conversion(request: HttpRequest, template_id: int, pk: int) -> Conversion:
        seen = Conversion.objects.visible_to(request.user).select_related("template_disk__template")
        return get_object_or_404(seen, pk=pk, template_disk__template_id=template_id)
