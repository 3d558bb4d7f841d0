"""The formats a template's disks are there in, and asking for another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue import services
from catalogue.models import Conversion, Template, TemplateDisk
from contracts.vocabulary import DiskFormat
from core.ui.pages import Page, told
from operations.failures import words_of
from operations.models import Operation
from operations.ui.presenting import tasks_of

LANE = "conversion"


def formats_of(request: HttpRequest, template: Template) -> list[dict[str, Any]]:
    """Each disk with every format: its own, those it was converted to with how far that is, and the rest."""
    conversions = Conversion.objects.visible_to(request.user).filter(template_disk__template=template)
    by_disk = {(each.template_disk_id, each.format): each for each in conversions}
    running = _running(request, [each.pk for each in by_disk.values()])
    return [
        {"disk": disk, "formats": [_format(disk, each, by_disk, running) for each in DiskFormat]}
        for disk in template.disks.all()
    ]


def _format(disk: TemplateDisk, name: DiskFormat, by_disk: dict, running: dict) -> dict[str, Any]:
    conversion = by_disk.get((disk.pk, name))
    return {
        "name": name.value,
        "own": disk.format == name,
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
            correlation_id=request.correlation_id,
        )
        if request.headers.get("HX-Request"):
            return told("", **{"open-drawer": {}})
        return redirect(reverse("catalogue:template_tab", args=[template_id, "formats"]))
