"""What a session keeps of the provider that vouched for its user, and what signing out does with it."""

from typing import Any

from django.http import HttpRequest

from core.sealing import CannotUnseal
from identity.federation.adapter import app_of
from identity.federation.models import SignInProvider
from identity.federation.oidc import farewell
from identity.federation.oidc.discovery import ProviderUnavailable
from identity.federation.parameters import parameters_of
from identity.federation.saml import logout
from identity.services.sessions import note_voucher

SESSION_KEY = "vouched_for"
WAYS = {
    SignInProvider.Kind.OPENID: farewell.farewell_address,
    SignInProvider.Kind.SAML: logout.farewell_address,
}


def keep_voucher(request: HttpRequest, sociallogin: Any) -> None:
    """Keep what signing out at the provider takes; ``sociallogin`` is None for other ways in."""
    kept = sociallogin.state.get("farewell") if sociallogin is not None else None
    if kept:
        request.session[SESSION_KEY] = kept
        note_voucher(request=request, provider_session=kept["session"])


def farewell_address(request: HttpRequest) -> str:
    """Where the browser signs out at the provider; empty when it did not come that way, or need not go."""
    kept = request.session.get(SESSION_KEY) or {}
    row = SignInProvider.objects.switched_on(*WAYS).filter(slug=kept.get("provider")).first()
    if row is None or not parameters_of(row.kind, row.parameters).sign_out_there:
        return ""
    try:
        return WAYS[row.kind](request, app_of(row).get_provider(request), kept)
    except (ProviderUnavailable, CannotUnseal):
        return ""
