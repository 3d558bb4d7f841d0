"""Changing and deleting blueprints and their versions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import services
from catalogue.models import Blueprint
from catalogue.services.blueprints import require_own
from catalogue.ui.blueprints import browsing
from catalogue.ui.blueprints.forms import BlueprintForm
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, led_to, told


class Edit(Page):
    failed_to = gettext_lazy("The blueprint was not changed")

    def get(self, request: HttpRequest, blueprint_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        require_own(request.user, blueprint)
        return self._show(request, blueprint, BlueprintForm(actor=request.user, blueprint=blueprint))

    def post(self, request: HttpRequest, blueprint_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        form = BlueprintForm(request.POST, actor=request.user, blueprint=blueprint)
        error = None
        if form.is_valid():
            try:
                services.update_blueprint(actor=request.user, blueprint=blueprint, **form.arguments)
                return redirect("catalogue:blueprint", blueprint.pk)
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self._show(request, blueprint, form, error)

    @staticmethod
    def _show(
        request: HttpRequest, blueprint: Blueprint, form: BlueprintForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Edit %(name)s") % {"name": blueprint.name},
            "lead": _("What it makes is said by its versions. This is what is said about it."),
            "crumbs": [
                (reverse("catalogue:blueprints"), _("Blueprints")),
                (reverse("catalogue:blueprint", args=[blueprint.pk]), blueprint.name),
            ],
            "form": form,
            "error": error,
            "verb": _("Save"),
            "back_url": reverse("catalogue:blueprint", args=[blueprint.pk]),
        }
        refused = bool(error or form.errors)
        return render(request, "components/form_page.html", context, status=409 if refused else 200)


class Delete(Page):
    failed_to = gettext_lazy("The blueprint was not deleted")

    def get(self, request: HttpRequest, blueprint_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        context = {
            "title": _("Delete the blueprint %(name)s?") % {"name": blueprint.name},
            "text": _("Download its file first if you may want it again."),
            "losses": [
                _("Version %(number)s") % {"number": version.number}
                for version in blueprint.versions.order_by("-number")[:20]
            ],
            "keeps": [_("The virtual appliances that were made of it")],
            "type_name": blueprint.name,
            "verb": _("Delete"),
            "action": reverse("catalogue:delete_blueprint", args=[blueprint.pk]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, blueprint_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        services.delete_blueprint(actor=request.user, blueprint=blueprint)
        text = _("%(name)s was deleted.") % {"name": blueprint.name}
        return told(text, location=reverse("catalogue:blueprints"))


class MakeDefault(Page):
    failed_to = gettext_lazy("The default version was not changed")

    def post(self, request: HttpRequest, blueprint_id: int, version_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        version = browsing.read_version(request, blueprint, version_id)
        services.make_default_version(actor=request.user, version=version)
        return led_to(request, reverse("catalogue:blueprint_tab", args=[blueprint.pk, "versions"]))


class DeleteVersion(Page):
    failed_to = gettext_lazy("The version was not deleted")

    def get(self, request: HttpRequest, blueprint_id: int, version_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        version = browsing.read_version(request, blueprint, version_id)
        words = {"number": version.number, "name": blueprint.name}
        context = {
            "title": _("Delete version %(number)s of %(name)s?") % words,
            "text": _("Download its file first if you may want it again."),
            "keeps": [_("The virtual appliances that were made of it"), _("The other versions")],
            "type_name": f"{blueprint.name} {version.number}",
            "verb": _("Delete"),
            "action": reverse("catalogue:delete_version", args=[blueprint.pk, version.pk]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, blueprint_id: int, version_id: int) -> HttpResponse:
        blueprint = browsing.read_blueprint(request, blueprint_id)
        version = browsing.read_version(request, blueprint, version_id)
        last = blueprint.versions.count() == 1
        services.delete_blueprint_version(actor=request.user, version=version)
        text = _("Version %(number)s was deleted.") % {"number": version.number}
        back = reverse("catalogue:blueprint_tab", args=[blueprint.pk, "versions"])
        return told(text, location=reverse("catalogue:blueprints") if last else back)
