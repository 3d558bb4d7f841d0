"""Making a template of a file that lies in a repository without being anybody's."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import FoundFile
from catalogue.services.bringing import MANAGE, take_in_file
from catalogue.services.uploads import AnnouncedFile
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page
from tenants.access import require
from tenants.models import Enterprise

MOST_NAMED = 5


class TakeInForm(forms.Form):
    """Templates are of an enterprise that may use the location."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=128)
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label=gettext_lazy("Enterprise"), empty_label=None
    )

    def __init__(self, *arguments: Any, actor: Any, found: FoundFile, **options: Any) -> None:
        super().__init__(*arguments, **options)
        usable = Enterprise.objects.visible_to(actor)
        there = usable.filter(location_limits__datacenter_id=found.repository.datacenter_id)
        self.fields["enterprise"].queryset = there.order_by("name")


class TakeIn(Page):
    failed_to = gettext_lazy("No template is made of the file")

    def get(self, request: HttpRequest, found_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        found = self._found(request, found_id)
        folder = found.path.partition("/")[0]
        initial = {"name": AnnouncedFile(1, name=found.path).title, "enterprise": folder}
        return self._shown(request, found, TakeInForm(actor=request.user, found=found, initial=initial))

    def post(self, request: HttpRequest, found_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        found = self._found(request, found_id)
        form, error = TakeInForm(request.POST, actor=request.user, found=found), None
        if form.is_valid():
            try:
                take_in_file(
                    actor=request.user,
                    found=found,
                    correlation_id=request.correlation_id,
                    **form.cleaned_data,
                )
                return redirect("catalogue:upload")
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self._shown(request, found, form, error)

    @staticmethod
    def _found(request: HttpRequest, found_id: int) -> FoundFile:
        seen = FoundFile.objects.visible_to(request.user).select_related("repository__datacenter")
        return get_object_or_404(seen, pk=found_id)

    @staticmethod
    def _shown(
        request: HttpRequest, found: FoundFile, form: TakeInForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Make a template of a file"),
            "lead": _lead(found),
            "crumbs": [
                (reverse("catalogue:templates"), _("Catalogue")),
                (reverse("catalogue:repositories"), _("Repositories")),
            ],
            "form": form,
            "error": error,
            "verb": _("Make a template"),
            "back_url": reverse("catalogue:repositories"),
        }
        status = 409 if error or form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


def _lead(found: FoundFile) -> str:
    if not found.beside:
        return _("%(path)s is inspected, and moved to where templates lie.") % {"path": found.path}
    files = ", ".join(path.rpartition("/")[2] for path in found.beside[:MOST_NAMED])
    return _("The package %(path)s with %(files)s is inspected, and moved to where templates lie.") % {
        "path": found.path,
        "files": files + (" …" if len(found.beside) > MOST_NAMED else ""),
    }
