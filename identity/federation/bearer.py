"""Access tokens of OpenID providers as credentials of the REST API."""

import base64
import binascii
import json

from django.core.cache import cache
from django.utils.translation import gettext as _

from core.errors import Reason
from identity.federation.models import ExternalIdentity, SignInProvider, digest_of
from identity.federation.oidc.discovery import ProviderUnavailable, parameters
from identity.federation.oidc.tokens import LONGEST_TOKEN, TokenRefused, verified_claims
from identity.federation.person import person_from, usable_subject
from identity.federation.services import SignInRefused, admit
from tenants.models import User

ADMITTED_SECONDS = 300


def bearer_user(token: str) -> User | Reason:
    """The active user an access token (JWT) of an OpenID provider speaks for, or why there is none.

    Signature, issuer, audience and times are verified on every call. The first call with a token, and
    one every few minutes, brings the user up to date as a sign-in does. The caller loads the actor by id.
    """
    provider = _issuer_of(token)
    if provider is None:
        return Reason("TOKEN_OF_NOBODY", _("No provider that is switched on here issued this token."))
    told = parameters(provider)
    try:
        claims = verified_claims(provider, token, audience=told.api_audience or told.client_id)
    except TokenRefused:
        return Reason("TOKEN_REFUSED", _("This token is forged, too old, or made for somebody else."))
    except ProviderUnavailable:
        return Reason(
            "PROVIDER_UNAVAILABLE", _("The provider of this token can't be asked for its keys now.")
        )
    return _user_of(provider, claims, f"bearer:{provider.pk}:{digest_of(token)}")


def _user_of(provider: SignInProvider, claims: dict, key: str) -> User | Reason:
    try:
        subject = usable_subject(claims["sub"])
    except ValueError:
        return Reason("TOKEN_REFUSED", _("This token does not say whom it speaks for."))
    if cache.get(key):
        known = ExternalIdentity.objects.filter(provider=provider, subject_digest=digest_of(subject))
        identity = known.filter(user__is_active=True).select_related("user").first()
        if identity is not None and identity.user.auth_type == provider.kind:
            return identity.user
    try:
        user = admit(provider=provider, person=person_from(provider, subject, claims))
    except SignInRefused as refusal:
        return refusal.reasons[0]
    cache.set(key, True, ADMITTED_SECONDS)
    return user


def _issuer_of(token: str) -> SignInProvider | None:
    """The provider the token claims to come from; not verified yet."""
    try:
        payload = token.split(".")[1] if len(token) <= LONGEST_TOKEN else ""
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        issuer = claims["iss"]
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return None
    providers = SignInProvider.objects.switched_on(SignInProvider.Kind.OPENID)
    return next((row for row in providers if row.parameters.get("issuer") == issuer), None)
