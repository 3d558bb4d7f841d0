"""Addresses of my tokens and applications, and their tabs."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from identity.ui.credentials import applications, consent, tokens
from identity.ui.tabs import AccountTab, register

app_name = "credentials"
register(AccountTab(_("Tokens"), "key", "credentials:tokens", 40))
register(AccountTab(_("Applications"), "plug-connected", "credentials:applications", 50))

urlpatterns = [
    path("tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/new/", tokens.New.as_view(), name="new_token"),
    path("tokens/<int:token_id>/revoke/", tokens.Revoke.as_view(), name="revoke_token"),
    path("applications/", applications.Applications.as_view(), name="applications"),
    path("applications/new/", applications.New.as_view(), name="new_application"),
    path("applications/consent/", consent.Consent.as_view(), name="consent"),
    path("applications/code/", consent.Code.as_view(), name="code"),
    path(
        "applications/<int:application_id>/delete/", applications.Delete.as_view(), name="delete_application"
    ),
    path("applications/<int:application_id>/withdraw/", applications.Withdraw.as_view(), name="withdraw"),
]
