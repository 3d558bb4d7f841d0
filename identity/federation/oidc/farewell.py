"""Signing out at the provider as well (OpenID Connect RP-Initiated Logout 1.0), and what that takes."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import get_random_string

from core.sealing import seal, unseal
from identity.federation.models import SignInProvider, session_digest
from identity.federation.oidc.discovery import configuration, parameters, usable

SEALED_FOR = "id token"
LONGEST_HINT = 4_096
STATE_LETTERS = 16


def remembered(provider: SignInProvider, claims: dict[str, Any], id_token: str) -> dict[str, str]:
    """What the session keeps of a sign-in: whose it is, the ID token (sealed), the provider's session."""
    hint = id_token if len(id_token) <= LONGEST_HINT else ""
    return {
        "provider": provider.slug,
        "hint": seal(hint, purpose=SEALED_FOR),
        "session": session_digest(provider, claims.get("sid")),
    }


def farewell_address(request: HttpRequest, provider: Any, kept: dict[str, str]) -> str:
    """Where the browser signs out at the provider, which is allauth's; empty where that is not offered.

    Raises ProviderUnavailable and CannotUnseal.
    """
    row = provider.row
    address = configuration(row).get("end_session_endpoint")
    hint = unseal(kept["hint"], purpose=SEALED_FOR)
    if not usable(address, parameters(row).issuer):
        return ""
    told = {
        "client_id": parameters(row).client_id,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("account_login")),
        "state": get_random_string(STATE_LETTERS),
        **({"id_token_hint": hint} if hint else {}),
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}"
