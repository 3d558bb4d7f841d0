"""Signing out at the provider as well (OpenID Connect RP-Initiated Logout 1.0), and what that takes."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import get_random_string

from core.sealing import CannotUnseal, seal, unseal
from identity.federation.models import SignInProvider, digest_of
from identity.federation.oidc.discovery import ProviderUnavailable, configuration, parameters, usable

SESSION_KEY = "vouched_for"
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


def session_digest(provider: SignInProvider, sid: Any) -> str:
    """The name a session of the provider has here; empty when it told none."""
    return digest_of(f"{provider.pk}\0{sid}") if isinstance(sid, str) and sid else ""


def farewell_address(request: HttpRequest) -> str:
    """Where the browser signs out at the provider; empty when it did not come that way, or need not go."""
    kept = request.session.get(SESSION_KEY) or {}
    providers = SignInProvider.objects.switched_on(SignInProvider.Kind.OPENID)
    row = providers.filter(slug=kept.get("provider")).first()
    if row is None or not parameters(row).sign_out_there:
        return ""
    try:
        address = configuration(row).get("end_session_endpoint")
        hint = unseal(kept["hint"], purpose=SEALED_FOR)
    except (ProviderUnavailable, CannotUnseal):
        return ""
    if not usable(address, parameters(row).issuer):
        return ""
    told = {
        "client_id": parameters(row).client_id,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("account_login")),
        "state": get_random_string(STATE_LETTERS),
        **({"id_token_hint": hint} if hint else {}),
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}"
