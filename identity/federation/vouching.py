"""What a browser session keeps of the provider that vouched for its user."""

from typing import Any

from django.http import HttpRequest

from identity.federation.oidc.farewell import SESSION_KEY
from identity.services.sessions import note_voucher


def keep_voucher(request: HttpRequest, sociallogin: Any) -> None:
    """Keep what signing out at the provider takes; ``sociallogin`` is None for other ways in."""
    kept = sociallogin.state.get("farewell") if sociallogin is not None else None
    if kept:
        request.session[SESSION_KEY] = kept
        note_voucher(request=request, provider_session=kept["session"])
