"""The versions of a template on its page: adding one, choosing the current one, retiring, taking out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import services
from catalogue.models import Template
from catalogue.services.versions import WantedVersion, candidates_for, may_add_version
from catalogue.ui import browsing
from catalogue.ui.views import read_template
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, led_to, told

MOST = 200


class AddVersion(Page):
    """Asks which template becomes the next version and what is new in it."""

    failed_to = gettext_lazy("The version was not added")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        return self._asked(request, read_template(request, template_id))

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        sent = request.POST
        wanted = WantedVersion(
            sent.get("note", ""), bool(sent.get("becomes_current")), bool(sent.get("described_alike"))
        )
        try:
            new = get_object_or_404(
                browsing.visible(request.user), pk=browsing.number_of(sent.get("new", "")) or 0
            )
            made = services.add_version(actor=request.user, template=template, new=new, wanted=wanted)
        except DomainError as error:
            return self._asked(request, template, error=fault_of(error, request, what=str(self.failed_to)))
        return told("", location=reverse("catalogue:template_tab", args=[made.pk, "versions"]))

    @staticmethod
    def _asked(request: HttpRequest, template: Template, **more: Any) -> HttpResponse:
        sent = request.POST
        context = {
            "template": template,
            "candidates": candidates_for(template, browsing.visible(request.user))[:MOST],
            "chosen": browsing.number_of(sent.get("new", "") or request.GET.get("new", "")),
            "note": sent.get("note", ""),
            "becomes_current": not sent or bool(sent.get("becomes_current")),
            "described_alike": bool(sent.get("described_alike")),
            "may": may_add_version(request.user, template),
        }
        return render(request, "catalogue/version_dialog.html", context | more)


class MakeCurrent(Page):
    failed_to = gettext_lazy("The current version was not changed")

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        services.make_current_version(actor=request.user, template=read_template(request, template_id))
        return _back(request, template_id)


class Retire(Page):
    failed_to = gettext_lazy("The version was not retired")

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        services.retire_version(actor=request.user, template=read_template(request, template_id))
        return _back(request, template_id)


class TakeBack(Page):
    failed_to = gettext_lazy("The version was not taken back")

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        services.take_back_version(actor=request.user, template=read_template(request, template_id))
        return _back(request, template_id)


class Leave(Page):
    """Asks first, then makes it a template on its own."""

    failed_to = gettext_lazy("It is still a version")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        context = {
            "title": _("Take version %(number)s of %(name)s out?")
            % {"number": template.version, "name": template.name},
            "text": _("It becomes a template on its own, which the catalogue shows besides the other."),
            "keeps": [_("Its files"), _("Machines and instances made of it")],
            "verb": _("Take it out"),
            "tone": "primary",
            "action": reverse("catalogue:leave_versions", args=[template.pk]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        services.leave_versions(actor=request.user, template=read_template(request, template_id))
        return _back(request, template_id)


def _back(request: HttpRequest, template_id: int) -> HttpResponse:
    return led_to(request, reverse("catalogue:template_tab", args=[template_id, "versions"]))
