"""Making another template of one: an instance promoted, or any copied to another location."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import services
from catalogue.formats import mib
from catalogue.models import Template
from catalogue.services.relocation import WantedCopy, other_locations
from catalogue.ui import browsing
from catalogue.ui.views import read_template
from core.errors import DomainError, NotFound
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from infrastructure.models import Datacenter
from infrastructure.services import admission_of, place_in_location, sees_numbers
from tenants.limits import Amounts


class Promote(Page):
    """Asks for the name of the new master, then begins and opens the task drawer."""

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        return self._asked(request, read_template(request, template_id))

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        try:
            operation = services.promote_template(
                actor=request.user, template=template, name=request.POST.get("name", ""),
                force=bool(request.POST.get("force")), correlation_id=request.correlation_id,
            )  # fmt: skip
        except DomainError as error:
            fault = fault_of(error, request, what=_("It is not promoted"))
            return self._asked(request, template, error=fault, soft=getattr(error, "soft", False))
        page = reverse("catalogue:template", args=[operation.resource_id])
        return told("", location=page)

    @staticmethod
    def _asked(request: HttpRequest, template: Template, **more: Any) -> HttpResponse:
        context = {
            "title": _("Promote %(name)s") % {"name": template.name},
            "text": _(
                "A master of its own is made of a copy of its files. It depends on no other template, and "
                "the instance stays as it is."
            ),
            "name": request.POST.get("name", template.name),
            "verb": _("Promote"),
            "action": reverse("catalogue:promote_template", args=[template.id]),
        }
        room = room_for(request, template, template.repository.datacenter_id)
        return render(request, "catalogue/copy_dialog.html", context | room | more)


class Copy(Page):
    """Asks where to, then begins and leads to the page of the copy."""

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        return self._asked(request, read_template(request, template_id))

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        try:
            operation = services.copy_template(
                actor=request.user, template=template, wanted=_wanted_in(request, template),
                force=bool(request.POST.get("force")), correlation_id=request.correlation_id,
            )  # fmt: skip
        except DomainError as error:
            fault = fault_of(error, request, what=_("It is not copied"))
            return self._asked(request, template, error=fault, soft=getattr(error, "soft", False))
        return told("", location=reverse("catalogue:template", args=[operation.resource_id]))

    @staticmethod
    def _asked(request: HttpRequest, template: Template, **more: Any) -> HttpResponse:
        places = list(_locations(request, template))
        size_bytes = sum(template.disks.values_list("file_size_bytes", flat=True))
        context = {
            "title": _("Copy %(name)s to another location") % {"name": template.name},
            "text": _(
                "The appliance manager there fetches the files from the one here. The copy is a template of "
                "its own."
            ),
            "name": request.POST.get("name", template.name),
            "places": places,
            "chosen": browsing.number_of(request.POST.get("location", "")),
            "size_bytes": size_bytes,
            "verb": _("Copy"),
            "action": reverse("catalogue:copy_template", args=[template.id]),
        }
        if len(places) == 1:
            context |= room_for(request, template, places[0].pk)
        return render(request, "catalogue/copy_dialog.html", context | more)


def _locations(request: HttpRequest, template: Template):
    return other_locations(template) & Datacenter.objects.visible_to(request.user)


def _wanted_in(request: HttpRequest, template: Template) -> WantedCopy:
    """Raises NotFound for a location it can't be copied to."""
    chosen = browsing.number_of(request.POST.get("location", ""))
    place = _locations(request, template).filter(pk=chosen).first() if chosen is not None else None
    if place is None:
        raise NotFound(_("There is no such location."), code="DC-0")
    return WantedCopy(place, request.POST.get("name", ""))


def room_for(request: HttpRequest, template: Template, datacenter_id: int) -> dict[str, Any]:
    """What a copy takes in the repository of a location, and what limits say to it."""
    size_bytes = sum(template.disks.values_list("file_size_bytes", flat=True))
    place = place_in_location(template.enterprise, datacenter_id)
    lines = admission_of(place, Amounts(repository_mib=mib(size_bytes))).lines
    shown = [line.as_dict() for line in lines if line.visible or sees_numbers(request.user)]
    soft = any(line.soft_passed and not line.hard_passed for line in lines)
    return {"size_bytes": size_bytes, "limits": shown, "soft": soft}
