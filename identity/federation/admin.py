"""Sign-in providers in the back office."""

import json
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core.ui.back_office import ServiceAdmin
from identity.federation import services
from identity.federation.models import SignInProvider
from identity.federation.services.metadata import MOST_BYTES

for unused in (SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(unused)


class SignInProviderForm(forms.ModelForm):
    """The secret may be set anew and is never shown; mail domains are written with commas."""

    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        help_text=_("Client secret or bind password. Kept sealed; empty keeps the present one."),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    mail_domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        help_text=_("Separated by commas. Empty: people of any domain, and a button on the sign-in page."),
        widget=UnfoldAdminTextInputWidget,
    )
    parameters = forms.JSONField(
        label=_("Parameters"),
        help_text=_(
            "LDAP: url, start_tls, bind_dn, base_dn, user_filter, group_base_dn, group_filter. "
            "OpenID Connect: issuer, client_id, scopes, userinfo, api_audience, acr_values, max_age_seconds, "
            "sign_out_there, confirm_by_mail. "
            "SAML: entity_id, and metadata_url with metadata_certificate, or sso_url, slo_url, certificate "
            "and next_certificate; own_entity_id, response_signed, sign_requests, sign_out_there, "
            "confirm_by_mail. docs/sign-in.md has examples."
        ),
        widget=UnfoldAdminTextareaWidget,
    )

    metadata = forms.FileField(
        label=_("File of SAML metadata"),
        required=False,
        help_text=_("Instead of typing addresses and certificates; the parameters hold entity_id."),
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = SignInProvider
        fields = (
            "kind", "name", "slug", "is_enabled", "exclusive", "trusted", "parameters", "nick_claim",
            "email_claim", "name_claim", "surname_claim", "enterprise_claim", "role_claim", "creates_users",
            "enterprise_rule", "enterprise", "enterprise_property", "default_role",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial["mail_domains"] = ", ".join(self.instance.mail_domains or [])
        if not self.instance.pk:
            self.initial["parameters"] = json.loads("{}")

    def clean_metadata(self) -> bytes:
        """What the file holds; one that is too long is refused before it is read."""
        sent = self.cleaned_data["metadata"]
        if sent and sent.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than 2 MiB, which no description needs."))
        return sent.read() if sent else b""

    def clean_mail_domains(self) -> list[str]:
        return [part.strip() for part in self.cleaned_data["mail_domains"].split(",") if part.strip()]


@admin.register(SignInProvider)
class SignInProviderAdmin(ServiceAdmin):
    creates = changes = removes = True
    form = SignInProviderForm
    labels = {
        "is_enabled": _("Switched on"),
        "exclusive": _("Instead of local passwords"),
        "trusted": _("May give blocked roles, such as the cloud administrator's"),
        "creates_users": _("Brings new users"),
        "slug": _("Name in addresses"),
        "nick_claim": _("Claim with the user name"),
        "email_claim": _("Claim with the mail address"),
        "name_claim": _("Claim with the given name"),
        "surname_claim": _("Claim with the surname"),
        "enterprise_claim": _("Claim with the enterprise"),
        "role_claim": _("Claim with groups or roles"),
        "enterprise_rule": _("Enterprise by"),
        "enterprise": _("Always this enterprise"),
        "enterprise_property": _("Property of the enterprise"),
        "default_role": _("Role without a matching group"),
    }
    list_display = ("name", "kind", "is_enabled", "exclusive", "trusted")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "kind", ("is_enabled", "exclusive"), "mail_domains")}),
        (_("Connection"), {"fields": ("parameters", "metadata", "secret")}),
        (
            _("Who comes in as what"),
            {
                "fields": (
                    "creates_users", "enterprise_rule", ("enterprise", "enterprise_property"),
                    "default_role", "trusted",
                ),
                "description": _("Groups become roles by the external names of roles."),
            },
        ),
        (
            _("Names of claims or attributes"),
            {
                "fields": (
                    ("nick_claim", "email_claim"), ("name_claim", "surname_claim"),
                    ("enterprise_claim", "role_claim"),
                ),
                "description": _("Empty: the usual name."),
            },
        ),
    )  # fmt: skip

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("kind",) if obj else ()

    def get_prepopulated_fields(self, request, obj=None) -> dict[str, tuple[str, ...]]:
        return {} if obj else self.prepopulated_fields

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> SignInProvider:
        return services.create_sign_in_provider(actor=request.user, **values)

    def change_by_service(
        self, request: HttpRequest, row: SignInProvider, values: dict[str, Any]
    ) -> SignInProvider:
        return services.update_sign_in_provider(actor=request.user, provider=row, **values)

    def remove_by_service(self, request: HttpRequest, row: SignInProvider) -> None:
        services.delete_sign_in_provider(actor=request.user, provider=row)
