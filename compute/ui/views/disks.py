"""Copying a disk of a machine off its template, and changing its CD-ROMs."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compute import services
from compute.ui.filters import whole_number
from compute.ui.views.machine import read_machine
from core.ui.pages import Page, told


class CopyDisk(Page):
    """Starts it and opens the task drawer."""

    failed_to = _("The disk is not copied")

    def post(self, request: HttpRequest, machine_id: int, disk: int) -> HttpResponse:
        machine = read_machine(request, machine_id)
        services.stream_disk(
            actor=request.user, machine_id=machine.id, disk_id=disk, correlation_id=request.correlation_id
        )
        return told("", **{"open-drawer": {}})


class InsertCdrom(Page):
    failed_to = _("The CD-ROM was not inserted")

    def post(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        image = whole_number(request.POST.get("image"))
        context = {"actor": request.user, "correlation_id": request.correlation_id}
        services.insert_cdrom(machine_id=machine_id, image_id=image or 0, **context)
        return told("", location=reverse("compute:machine_tab", args=[machine_id, "hardware"]))


class EjectCdrom(Page):
    failed_to = _("The CD-ROM was not ejected")

    def post(self, request: HttpRequest, machine_id: int, disk: int) -> HttpResponse:
        context = {"actor": request.user, "correlation_id": request.correlation_id}
        services.eject_cdrom(machine_id=machine_id, disk_id=disk, force="force" in request.POST, **context)
        return told("", location=reverse("compute:machine_tab", args=[machine_id, "hardware"]))
