"""Copying a disk of a machine off its template, on demand."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from compute import services
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
