"""What an OpenID provider publishes about itself: its addresses and keys, remembered for a while.

Keys are asked for again when a token names one that is not known (the provider changed them), at most
once a minute, so that forged tokens don't make us ask all the time.
"""

from typing import Any

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.cache import cache
from joserfc.jwk import KeySet

from identity.federation.models import SignInProvider, digest_of
from identity.federation.parameters import OidcParameters, on_this_machine, parameters_of

KEPT_SECONDS = 3_600
ASKED_AGAIN_SECONDS = 60
TIMEOUT_SECONDS = 5
WELL_KNOWN = "/.well-known/openid-configuration"
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderUnavailable(OAuth2Error):
    """The provider does not answer, or what it publishes can't be used."""


def parameters(provider: SignInProvider) -> OidcParameters:
    """The provider's parameters, checked."""
    return parameters_of(provider.kind, provider.parameters)


def configuration(provider: SignInProvider) -> dict[str, Any]:
    """The provider's metadata. Raises ProviderUnavailable, also when it speaks for another issuer."""
    issuer = parameters(provider).issuer
    key = f"oidc:configuration:{digest_of(issuer)}"
    found = cache.get(key)
    if found is None:
        found = _fetched(issuer.rstrip("/") + WELL_KNOWN)
        if found.get("issuer") != issuer:
            raise ProviderUnavailable(f"it calls itself {found.get('issuer')!r} instead of {issuer!r}")
        if any(not usable(found.get(name), issuer) for name in ADDRESSES):
            raise ProviderUnavailable("it names no usable addresses")
        cache.set(key, found, KEPT_SECONDS)
    return found


def keys(provider: SignInProvider, *, anew: bool = False) -> KeySet:
    """The provider's public keys. ``anew``: ask again unless that was done a moment ago."""
    address = configuration(provider)["jwks_uri"]
    key = f"oidc:keys:{digest_of(address)}"
    found = cache.get(key)
    if found is None or (anew and cache.add(f"{key}:asked", True, ASKED_AGAIN_SECONDS)):
        found = _fetched(address)
        cache.set(key, found, KEPT_SECONDS)
    try:
        return KeySet.import_key_set({"keys": [each for each in found["keys"] if each.get("kty") != "oct"]})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProviderUnavailable("its keys can't be read") from error


def usable(address: Any, issuer: str) -> bool:
    """Whether an address it publishes may be used: encrypted, or on this machine as its issuer is."""
    return isinstance(address, str) and (address.startswith("https://") or on_this_machine(issuer))


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderUnavailable(f"{type(error).__name__} at {address}") from error
    if not isinstance(found, dict):
        raise ProviderUnavailable(f"no JSON object at {address}")
    return found
