"""Fetching a template: as one package made on demand, or disk by disk as the files are."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from catalogue import services
from catalogue.models import Package, Template, TemplateDisk, TemplateState
from catalogue.services.packages import may_export, token_of_package
from catalogue.services.relocation import may_copy, other_locations
from catalogue.services.upload_tickets import appliance_manager_of, token_of_download
from catalogue.ui import browsing
from catalogue.ui.uploads import reachable
from core.ui.pages import Page, told
from infrastructure.models import Datacenter
from operations.models import Operation
from operations.ui.presenting import task_of


def download_of(request: HttpRequest, template: Template) -> dict[str, Any]:
    """The package there is or that is being made for the user's enterprise, and the disks."""
    package = _packages(request).filter(template=template).first()
    running = None
    if package is not None and package.state != TemplateState.DONE:
        active = Operation.objects.visible_to(request.user).active_on("package", [package.pk])
        running = active.prefetch_related("steps").first()
    return {
        "package": package,
        "packing": task_of(running, request.user) if running else None,
        "may_export": may_export(request.user, template),
        "disks": template.disks.all(),
        "may_copy": may_copy(request.user, template),
        "places": other_locations(template).exists(),
    }


class Export(Page):
    """Begins to make a package and opens the task drawer."""

    failed_to = _("It is not exported")

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = get_object_or_404(browsing.visible(request.user), pk=template_id)
        services.export_template(
            actor=request.user, template=template, force=bool(request.POST.get("force")),
            correlation_id=request.correlation_id,
        )  # fmt: skip
        if request.headers.get("HX-Request"):
            return told("", **{"open-drawer": {}, "package-changed": {}})
        return redirect("catalogue:template_tab", template_id, "download")


class FetchPackage(Page):
    """On to the appliance manager, with a fresh ticket."""

    failed_to = _("The package can't be fetched")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        get_object_or_404(browsing.visible(request.user), pk=template_id)
        found = _packages(request).select_related("template__repository__datacenter")
        package = found.filter(template_id=template_id, state=TemplateState.DONE).first()
        if package is None:
            return redirect("catalogue:template_tab", template_id, "download")
        token = token_of_package(actor=request.user, package=package)
        return _fetched(request, package.template.repository.datacenter, package.path, token)


class FetchDisk(Page):
    """The same for the file of one disk."""

    failed_to = _("The file can't be fetched")

    def get(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        disks = TemplateDisk.objects.visible_to(request.user).filter(template_id=template_id)
        disks = disks.exclude(path=None)
        disk = get_object_or_404(disks.select_related("template__repository__datacenter"), pk=templatedisk)
        token = token_of_download(actor=request.user, disk=disk)
        return _fetched(request, disk.template.repository.datacenter, disk.path, token)


def _packages(request: HttpRequest):
    return Package.objects.visible_to(request.user).filter(enterprise_id=request.user.enterprise_id)


def _fetched(request: HttpRequest, datacenter: Datacenter, path: str, token: str) -> HttpResponse:
    address = reachable(appliance_manager_of(datacenter), request)
    return HttpResponseRedirect(f"{address}/files/{quote(path)}?{urlencode({'ticket': token})}")
