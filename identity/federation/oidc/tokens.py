"""Verifying what an OpenID provider signed: ID tokens at sign-in, access tokens at the REST API.

Algorithms are pinned to asymmetric ones, so neither ``none`` nor a public key taken for a shared secret
is ever accepted (RFC 8725, 3.1).
"""

from typing import Any

from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError

from identity.federation.models import SignInProvider
from identity.federation.oidc.discovery import ProviderUnavailable, keys, parameters

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 16_384


class TokenRefused(Exception):
    """The token is forged, too old, meant for somebody else, or not readable."""


def verified_claims(provider: SignInProvider, token: str, *, audience: str) -> dict[str, Any]:
    """The claims of a token signed by this provider for this audience.

    Raises TokenRefused, or ProviderUnavailable when its keys can't be had.
    """
    if len(token) > LONGEST_TOKEN:
        raise TokenRefused("it is too long")
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": parameters(provider).issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    claims = _signed_claims(provider, token)
    try:
        rules.validate(claims)
    except (JoseError, TypeError, ValueError) as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from None
    return claims


def verified_id_token(provider: SignInProvider, token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that answers the sign-in this nonce was made for. Raises as above."""
    client = parameters(provider).client_id
    claims = verified_claims(provider, token, audience=client)
    if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise TokenRefused("it answers another sign-in")
    if claims.get("azp", client) != client:
        raise TokenRefused("it was made for another client")
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


__all__ = ["ProviderUnavailable", "TokenRefused", "verified_claims", "verified_id_token"]
