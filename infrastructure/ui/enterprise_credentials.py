"""What an enterprise signs in with at public clouds: a tab, a form, and removing. Keys are never shown."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from infrastructure import services
from infrastructure.hypervisor_types import PROVIDERS
from infrastructure.models import CloudCredentials
from infrastructure.querysets import CREDENTIALS
from infrastructure.services.cloud_credentials import ACCESS_LENGTH, KEY_LENGTH
from tenants.access import require
from tenants.ui.tabs import EnterpriseTab, enterprise_context, register

TAB = "infrastructure:enterprise_credentials"
register(EnterpriseTab(gettext_lazy("Public clouds"), TAB, 35, privilege=CREDENTIALS))


class CredentialsForm(forms.Form):
    """Whether the values are possible is for the service to say."""

    provider = forms.ChoiceField(label=gettext_lazy("Provider"), choices=list(PROVIDERS.items()))
    access = forms.CharField(
        label=gettext_lazy("Access"),
        max_length=ACCESS_LENGTH,
        help_text=gettext_lazy("The name of the account's key, for example an access key id."),
    )
    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=KEY_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The secret. It is kept encrypted and shown to nobody again."),
    )


class ChangeForm(CredentialsForm):
    """Of a set that is there; its provider stays."""

    provider = None

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.fields["key"].help_text = _("One is set. Empty keeps it; another access needs its own.")


class CredentialsPage(Page):
    """A page about the credentials of one enterprise, for those who manage them."""

    def enter(self, enterprise_id: int) -> dict[str, Any]:
        """The tab's context. Raises Http404, PermissionRefused."""
        context = enterprise_context(self.request, enterprise_id)
        require(self.request.user, CREDENTIALS)
        return context

    def found(self, enterprise_id: int, credentials_id: int) -> CloudCredentials:
        """Raises Http404, PermissionRefused."""
        self.enter(enterprise_id)
        visible = CloudCredentials.objects.visible_to(self.request.user)
        return get_object_or_404(visible.filter(enterprise_id=enterprise_id), pk=credentials_id)

    def form(self, enterprise_id: int, form: forms.Form, title: str, error: DomainError | None = None):
        """The form's page, with what was refused above it."""
        context = {
            "form": form,
            "error": fault_of(error, self.request, what=str(self.failed_to)) if error else None,
            "title": title,
            "lead": _("Nobody asks the provider whether they are right: that shows when they are used."),
            "verb": _("Save"),
            "back_url": reverse(TAB, args=[enterprise_id]),
        }
        return render(
            self.request, "components/form_page.html", context, status=error.status if error else 200
        )


class Credentials(CredentialsPage):
    """The tab."""

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = self.enter(enterprise_id)
        kept = CloudCredentials.objects.visible_to(request.user).filter(enterprise_id=enterprise_id)
        rows = kept.values("id", "provider", "access", "updated_at")
        context["rows"] = [row | {"title": PROVIDERS.get(row["provider"], row["provider"])} for row in rows]
        return render(request, "infrastructure/enterprise_credentials.html", context)


class Add(CredentialsPage):
    failed_to = gettext_lazy("The credentials were not kept")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = self.enter(enterprise_id)["enterprise"]
        return self.form(enterprise_id, CredentialsForm(), self._title(enterprise))

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = self.enter(enterprise_id)["enterprise"]
        form = CredentialsForm(request.POST)
        if not form.is_valid():
            return self.form(enterprise_id, form, self._title(enterprise))
        try:
            services.add_credentials(actor=request.user, enterprise=enterprise, **form.cleaned_data)
        except DomainError as error:
            return self.form(enterprise_id, form, self._title(enterprise), error)
        messages.success(request, _("The credentials are kept."))
        return redirect(TAB, enterprise_id)

    def _title(self, enterprise: Any) -> str:
        return _("Credentials of %(name)s for a public cloud") % {"name": enterprise}


class Change(CredentialsPage):
    failed_to = gettext_lazy("The credentials were not changed")

    def get(self, request: HttpRequest, enterprise_id: int, credentials_id: int) -> HttpResponse:
        found = self.found(enterprise_id, credentials_id)
        return self.form(enterprise_id, ChangeForm(initial={"access": found.access}), self._title(found))

    def post(self, request: HttpRequest, enterprise_id: int, credentials_id: int) -> HttpResponse:
        found = self.found(enterprise_id, credentials_id)
        form = ChangeForm(request.POST)
        if not form.is_valid():
            return self.form(enterprise_id, form, self._title(found))
        try:
            services.change_credentials(actor=request.user, credentials=found, **form.cleaned_data)
        except DomainError as error:
            return self.form(enterprise_id, form, self._title(found), error)
        messages.success(request, _("The credentials are changed."))
        return redirect(TAB, enterprise_id)

    def _title(self, found: CloudCredentials) -> str:
        return _("Credentials for %(provider)s") % {"provider": title_of(found.provider)}


class Remove(CredentialsPage):
    failed_to = gettext_lazy("The credentials were not removed")

    def get(self, request: HttpRequest, enterprise_id: int, credentials_id: int) -> HttpResponse:
        found = self.found(enterprise_id, credentials_id)
        context = {
            "title": _("Remove the credentials for %(provider)s?") % {"provider": title_of(found.provider)},
            "text": _("Nobody can read the key here, so keep it elsewhere if it is still needed."),
            "losses": [_("The access %(access)s and its key") % {"access": found.access}],
            "keeps": [_("Everything at the provider")],
            "verb": _("Remove"),
            "action": reverse("infrastructure:remove_credentials", args=[enterprise_id, credentials_id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, enterprise_id: int, credentials_id: int) -> HttpResponse:
        found = self.found(enterprise_id, credentials_id)
        services.remove_credentials(actor=request.user, credentials=found)
        messages.success(request, _("The credentials are removed."))
        return told("", location=reverse(TAB, args=[enterprise_id]))


def title_of(provider: str) -> str:
    """What people call the provider."""
    return PROVIDERS.get(provider, provider)
