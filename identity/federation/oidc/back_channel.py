"""Signing out because the provider says so, server to server (OpenID Connect Back-Channel Logout 1.0)."""

import logging
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from identity.federation.models import ExternalIdentity, SignInProvider, digest_of, session_digest
from identity.federation.oidc.discovery import ProviderUnavailable
from identity.federation.oidc.tokens import LEEWAY_SECONDS, TokenRefused, verified_logout_token
from identity.federation.services import spend_assertion
from identity.models import BrowserSession
from identity.services.sessions import end_vouched_sessions

logger = logging.getLogger(__name__)
MARGIN = timedelta(seconds=2 * LEEWAY_SECONDS)


@csrf_exempt
@login_not_required
@require_POST
def back_channel(request: HttpRequest, provider_id: str) -> HttpResponse:
    """200 when the sessions the token names are gone, or there were none; 400 for a token not in order."""
    found = SignInProvider.objects.switched_on(SignInProvider.Kind.OPENID).filter(slug=provider_id)
    provider = found.first()
    if provider is None:
        raise Http404
    headers = {"Cache-Control": "no-store"}
    try:
        claims = verified_logout_token(provider, request.POST.get("logout_token", ""))
        _require_unspent(provider, claims)
    except (TokenRefused, ProviderUnavailable) as error:
        logger.warning("a sign-out by %s was refused: %s", provider.slug, error)
        told = {"error": "invalid_request", "error_description": "The logout token is not in order."}
        return JsonResponse(told, status=HTTPStatus.BAD_REQUEST, headers=headers)
    end_vouched_sessions(sessions=_sessions_of(provider, claims))
    return HttpResponse(headers=headers)


def _sessions_of(provider: SignInProvider, claims: dict[str, Any]) -> Any:
    """The session that is named, of whoever is named; without a session all of the person's."""
    found = BrowserSession.objects.all()
    if "sid" in claims:
        found = found.filter(provider_session=session_digest(provider, claims["sid"]))
    if "sub" in claims:
        known = ExternalIdentity.objects.filter(provider=provider, subject_digest=digest_of(claims["sub"]))
        found = found.filter(user_id__in=known.values("user_id"), user__auth_type=provider.kind)
    return found


def _require_unspent(provider: SignInProvider, claims: dict[str, Any]) -> None:
    ends = datetime.fromtimestamp(claims["exp"], UTC) + MARGIN
    name = f"logout\0{claims['jti']}"
    if not spend_assertion(issuer=provider.parameters["issuer"], assertion_id=name, expires_at=ends):
        raise TokenRefused("it was used before")
