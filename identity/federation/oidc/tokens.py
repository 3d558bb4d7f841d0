"""Verifying what an OpenID provider signed: ID tokens at sign-in, access tokens at the REST API.

Algorithms are pinned to asymmetric ones, so neither ``none`` nor a public key taken for a shared secret
is ever accepted (RFC 8725, 3.1).
"""

import time
from typing import Any

from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError

from identity.federation.models import SignInProvider
from identity.federation.oidc.discovery import ProviderUnavailable, keys, parameters

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 16_384
NEEDED = ("exp", "sub")
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_LOGOUT_SECONDS = 600


class TokenRefused(Exception):
    """The token is forged, too old, meant for somebody else, or not readable."""


def verified_claims(
    provider: SignInProvider, token: str, *, audience: str, needed: tuple[str, ...] = NEEDED
) -> dict[str, Any]:
    """The claims of a token signed by this provider for this audience; ``needed`` ones must be there.

    Raises TokenRefused, or ProviderUnavailable when its keys can't be had.
    """
    if len(token) > LONGEST_TOKEN:
        raise TokenRefused("it is too long")
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": parameters(provider).issuer},
        aud={"essential": True, "value": audience},
        **{name: {"essential": True} for name in needed},
    )
    claims = _signed_claims(provider, token)
    try:
        rules.validate(claims)
    except (JoseError, TypeError, ValueError) as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from None
    return claims


def verified_id_token(provider: SignInProvider, token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that answers the sign-in this nonce was made for. Raises as above.

    Where classes of authentication (``acr_values``) are asked for, it must name one of them.
    """
    told = parameters(provider)
    client = told.client_id
    claims = verified_claims(provider, token, audience=client)
    if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise TokenRefused("it answers another sign-in")
    if claims.get("azp", client) != client:
        raise TokenRefused("it was made for another client")
    if told.acr_values and claims.get("acr") not in told.acr_values:
        raise TokenRefused("the person proved who they are in another way than was asked for")
    return claims


def verified_logout_token(provider: SignInProvider, token: str) -> dict[str, Any]:
    """The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises as above.

    It names a session (``sid``), a person (``sub``) or both, and its own name (``jti``).
    """
    needed = ("exp", "iat", "jti")
    claims = verified_claims(provider, token, audience=parameters(provider).client_id, needed=needed)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict) or "nonce" in claims:
        raise TokenRefused("it is no logout token")
    if claims["exp"] > time.time() + LONGEST_LOGOUT_SECONDS:
        raise TokenRefused("it has no near end")
    named = [claims.get(name) for name in ("sid", "sub") if name in claims]
    if not named or not all(isinstance(each, str) and each for each in (*named, claims["jti"])):
        raise TokenRefused("it does not say who is signed out")
    return claims


def _signed_claims(provider: SignInProvider, token: str) -> dict[str, Any]:
    """The claims if one of the provider's keys signed them; its keys are read anew when none fits."""
    for anew in (False, True):
        try:
            decoded = jwt.decode(token, keys(provider, anew=anew), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            refusal = TokenRefused(f"{type(error).__name__}: {error}")
            continue
        if isinstance(decoded.claims, dict):
            return decoded.claims
        raise TokenRefused("its claims are no object")
    raise refusal


__all__ = [
    "ProviderUnavailable",
    "TokenRefused",
    "verified_claims",
    "verified_id_token",
    "verified_logout_token",
]
