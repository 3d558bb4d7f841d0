"""Templates from an address: the form, and beginning anew what failed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Upload
from catalogue.services.bringing import WantedFile, fetch_template, retry_fetch
from catalogue.services.uploads import UPLOAD
from catalogue.ui.places import repositories_of
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from infrastructure.models import Datacenter
from tenants.access import require

BYTES_PER_GIB = 2**30
USUAL_GIB, MOST_GIB = 20, 16 * 1024


class FetchForm(forms.Form):
    """Shape only: whether something may be fetched from there shows as it is done."""

    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autofocus": True, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Of a disk image, an OVA package, or an OVF descriptor with its disks beside it. It must be "
            "reachable from the location."
        ),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=128,
        help_text=gettext_lazy("Empty: what the file is called."),
    )  # fmt: skip
    location = forms.ModelChoiceField(
        Datacenter.objects.none(), label=gettext_lazy("Location"), empty_label=None
    )
    checksum = forms.CharField(
        label=gettext_lazy("Checksum"), required=False, max_length=140,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=gettext_lazy("SHA-256 or SHA-512, if its publisher tells one: the file is held to it."),
    )  # fmt: skip
    most_gib = forms.IntegerField(
        label=gettext_lazy("Size at most, in GiB"), min_value=1, max_value=MOST_GIB, initial=USUAL_GIB,
        help_text=gettext_lazy("So much room is kept until the server says how large the file is."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, actor: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["location"].queryset = repositories_of(actor)


class FetchPage(Page):
    failed_to = gettext_lazy("Nothing is fetched")

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, UPLOAD)
        given = {name: request.GET[name] for name in ("url", "name", "location") if name in request.GET}
        return self._shown(request, FetchForm(actor=request.user, initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        require(request.user, UPLOAD)
        form, error = FetchForm(request.POST, actor=request.user), None
        if form.is_valid():
            try:
                self._begin(request, form.cleaned_data)
                return redirect("catalogue:upload")
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self._shown(request, form, error)

    def _begin(self, request: HttpRequest, told: dict[str, Any]) -> None:
        fetch_template(
            actor=request.user,
            enterprise=request.user.enterprise,
            datacenter=told["location"],
            wanted=WantedFile(
                told["url"],
                name=told["name"],
                most_bytes=told["most_gib"] * BYTES_PER_GIB,
                checksum=told["checksum"],
            ),
            correlation_id=request.correlation_id,
        )

    @staticmethod
    def _shown(request: HttpRequest, form: FetchForm, error: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": _("From an address"),
            "lead": _("The location fetches the file itself; your browser may be closed meanwhile."),
            "form": form,
            "error": error,
            "verb": _("Fetch"),
            "back_url": reverse("catalogue:upload"),
            "crumbs": [
                (reverse("catalogue:templates"), _("Catalogue")),
                (reverse("catalogue:upload"), _("Upload")),
            ],
        }
        status = 409 if error or form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


class RetryFetch(Page):
    failed_to = gettext_lazy("Nothing is fetched")

    def post(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        upload = get_object_or_404(Upload.objects.visible_to(request.user), pk=upload_id)
        retry_fetch(actor=request.user, upload=upload, correlation_id=request.correlation_id)
        text = _("%(name)s is fetched again.") % {"name": upload.name}
        return told(text, uploadsChanged={})
