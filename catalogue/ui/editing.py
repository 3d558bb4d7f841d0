"""Changing and deleting templates, and the order of their disks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import services
from catalogue.models import Template
from catalogue.services.deletion import MOST_NAMES
from catalogue.services.passwords import reveal_login_password
from catalogue.services.rights import require_own
from catalogue.ui.forms import TemplateForm, add_refusal
from catalogue.ui.losses import lost_with_template
from catalogue.ui.views import read_template
from catalogue.uses import uses_shown_to
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told


class Edit(Page):
    failed_to = gettext_lazy("The template was not changed")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        require_own(request.user, template)
        return self._editor(request, template, TemplateForm(actor=request.user, template=template))

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        form, error = TemplateForm(request.POST, request.FILES, actor=request.user, template=template), None
        if form.is_valid():
            try:
                services.update_template(actor=request.user, template=template, **form.arguments)
                return redirect("catalogue:template", template.id)
            except DomainError as refused:
                if not add_refusal(form, refused):
                    error = fault_of(refused, request, what=str(self.failed_to))
        return self._editor(request, template, form, error)

    @staticmethod
    def _editor(
        request: HttpRequest, template: Template, form: TemplateForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"template": template, "form": form, "error": error}
        refused = bool(error or form.errors)
        return render(request, "catalogue/editor.html", context, status=409 if refused else 200)


class Delete(Page):
    failed_to = gettext_lazy("The template was not deleted")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        context = {
            "title": _("Delete the template %(name)s?") % {"name": template.name},
            "text": _("It goes from the catalogue, and its files from the repository of %(location)s.")
            % {"location": template.repository.datacenter.name},
            "losses": lost_with_template(template),
            "type_name": template.name,
            "verb": _("Delete"),
            "action": reverse("catalogue:delete_template", args=[template.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        services.delete_template(actor=request.user, template=template, correlation_id=request.correlation_id)
        text = _("%(name)s is being deleted.") % {"name": template.name}
        return told(text, location=reverse("catalogue:templates"))


class DeleteFiles(Page):
    failed_to = gettext_lazy("The files were not deleted")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        context = {
            "title": _("Delete the files of %(name)s?") % {"name": template.name},
            "text": _("Nothing more can be made of it. The room in the repository is free again."),
            "losses": lost_with_template(template),
            "keeps": [
                *_named(request, template),
                _("its instances"),
                _("the definitions of machines made of it, not to be deployed"),
            ],
            "type_name": template.name,
            "verb": _("Delete the files"),
            "action": reverse("catalogue:delete_template_files", args=[template.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        services.delete_template_files(
            actor=request.user, template=template, correlation_id=request.correlation_id
        )
        text = _("The files of %(name)s are being deleted.") % {"name": template.name}
        return told(text, location=reverse("catalogue:template", args=[template.id]))


def _named(request: HttpRequest, template: Template) -> list[str]:
    """The first machines of it that the user sees, for people to recognise."""
    rows = uses_shown_to(request.user, template.pk)
    return [f"{row['name']} ({row['place']})" for row in rows[:MOST_NAMES]]


class LoginPassword(Page):
    """The password the image came with, in a dialog. Asked for by POST: looking is written down."""

    failed_to = gettext_lazy("The password is not shown")

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        password = reveal_login_password(actor=request.user, template=template)
        context = {"template": template, "password": password}
        response = render(request, "catalogue/password_dialog.html", context)
        response["Cache-Control"] = "no-store"
        return response


class MoveDisk(Page):
    """Bring a disk one place forward, towards the one to boot from."""

    failed_to = gettext_lazy("The disk was not moved")

    def post(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        template = read_template(request, template_id)
        disk = get_object_or_404(template.disks, pk=templatedisk)
        services.update_template_disk(actor=request.user, disk=disk, position=max(disk.position - 1, 0))
        return redirect("catalogue:template_tab", template.id, "disks")
