"""What oauthlib asks of the rows: secrets to check signatures with, and where tokens are kept.

Unknown keys are checked against a secret nobody has, with the same queries, so that time tells nothing.
"""

import hmac
from secrets import token_urlsafe
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from oauthlib.oauth1 import RequestValidator
from oauthlib.oauth1.rfc5849 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256
from oauthlib.oauth1.rfc5849.errors import InvalidClientError, InvalidRequestError

from core.sealing import unseal
from core.sessions import hashed
from identity.models import Application, RequestToken
from identity.oauth.access import Access, find_access
from identity.oauth.addresses import is_callback
from identity.services import oauth_tokens
from identity.services.applications import SECRET_PURPOSE

CLOCK_SECONDS = 300
NOBODYS_SECRET = token_urlsafe(32)
_KEY_LEAST, _KEY_MOST = 4, 64
_CALLBACK_MOST = 2_000


class Validator(RequestValidator):
    """One for each request: what it found is kept in it. The names are oauthlib's."""

    enforce_ssl = False
    timestamp_lifetime = CLOCK_SECONDS
    allowed_signature_methods = (SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256)
    dummy_client = dummy_request_token = dummy_access_token = "nobody-at-all"

    def __init__(self) -> None:
        super().__init__()
        self.access: Access | None = None
        self._application: Application | None = None
        self._request_token: RequestToken | None = None

    def check_client_key(self, client_key: str) -> bool:
        return _KEY_LEAST <= len(client_key) <= _KEY_MOST and client_key.isascii()

    check_nonce = check_request_token = check_access_token = check_verifier = check_client_key

    def validate_timestamp_and_nonce(self, *_args: Any, **_kwargs: Any) -> bool:
        """Nonces are used up only by signatures that hold, see ``use_nonce``; oauthlib checks the clock."""
        return True

    def use_nonce(self, request: Any) -> bool:
        """Whether this request comes for the first time. Without the cache nothing does: it fails closed."""
        parts = (request.client_key, request.resource_owner_key or "", request.timestamp, request.nonce)
        return bool(cache.add(f"oauth:nonce:{hashed('|'.join(parts))}", 1, 3 * CLOCK_SECONDS))

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        if request.resource_owner_key and not request.verifier:
            return self._found_access(client_key, request) is not None
        self._application = Application.objects.filter(api_key=client_key).first()
        return self._application is not None

    def get_client_secret(self, client_key: str, request: Any) -> str:
        if self.access is not None:
            return self.access.client_secret
        if self._application is None:
            return NOBODYS_SECRET
        return unseal(self._application.sealed_secret, purpose=SECRET_PURPOSE)

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return self.access is not None and not self.access.is_over(timezone.now())

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return NOBODYS_SECRET if self.access is None else self.access.token_secret

    def validate_request_token(self, client_key: str, token: str, request: Any) -> bool:
        self._request_token = RequestToken.objects.filter(
            key=token, application__api_key=client_key, expires_at__gt=timezone.now()
        ).first()
        return self._request_token is not None

    def get_request_token_secret(self, client_key: str, token: str, request: Any) -> str:
        if self._request_token is None:
            return NOBODYS_SECRET
        return unseal(self._request_token.sealed_secret, purpose=SECRET_PURPOSE)

    def validate_verifier(self, client_key: str, token: str, verifier: str, request: Any) -> bool:
        expected = self._request_token.verifier_hash if self._request_token else ""
        return hmac.compare_digest(expected, hashed(verifier))

    def validate_redirect_uri(self, client_key: str, redirect_uri: str, request: Any) -> bool:
        return len(redirect_uri) <= _CALLBACK_MOST and is_callback(redirect_uri)

    def save_request_token(self, token: dict[str, str], request: Any) -> None:
        self._require_first_use(request)
        oauth_tokens.keep_request_token(
            api_key=request.client_key,
            key=token["oauth_token"],
            secret=token["oauth_token_secret"],
            callback=request.redirect_uri,
        )

    def save_access_token(self, token: dict[str, str], request: Any) -> None:
        self._require_first_use(request)
        exchanged = oauth_tokens.exchange(
            api_key=request.client_key,
            request_key=request.resource_owner_key,
            verifier=request.verifier,
            key=token["oauth_token"],
            secret=token["oauth_token_secret"],
        )
        if not exchanged:
            raise InvalidClientError(description="The request token was used already, or its time is over.")

    def invalidate_request_token(self, client_key: str, request_token: str, request: Any) -> None:
        """It ended with the exchange."""

    def get_default_realms(self, client_key: str, request: Any) -> list[str]:
        return []

    def get_realms(self, token: str, request: Any) -> list[str]:
        return []

    def check_realms(self, realms: list[str]) -> bool:
        """Realms mean nothing here; clients that send one are served."""
        return True

    def validate_requested_realms(self, client_key: str, realms: list[str], request: Any) -> bool:
        return True

    def validate_realms(self, client_key: str, token: str, request: Any, **_kwargs: Any) -> bool:
        return True

    def _found_access(self, client_key: str, request: Any) -> Access | None:
        self.access = find_access(client_key, request.resource_owner_key)
        return self.access

    def _require_first_use(self, request: Any) -> None:
        if not self.use_nonce(request):
            raise InvalidRequestError(description="This request was sent before.")
