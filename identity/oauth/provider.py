"""The three places where signatures are checked: for a request token, for an access token, for a call."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from oauthlib.oauth1 import AccessTokenEndpoint, RequestTokenEndpoint, ResourceEndpoint

from identity.oauth.addresses import signed_addresses
from identity.oauth.validator import Validator

FORM = "application/x-www-form-urlencoded"
_TOKEN_BYTES = 24
BAD_REQUEST, UNAUTHORIZED = 400, 401
_CREATORS = {
    RequestTokenEndpoint: "create_request_token_response",
    AccessTokenEndpoint: "create_access_token_response",
}


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Whose access token signed a call, and what it leaves of the role; ``privileges`` None: everything."""

    user_id: int
    token_id: int
    privileges: frozenset[str] | None


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the client gets, form-encoded."""

    status: int
    body: str


def new_token() -> str:
    """Of characters that escaping leaves alone."""
    return token_urlsafe(_TOKEN_BYTES)


def answer_request_token(request: HttpRequest) -> Answer:
    """The first step: an application asks for a request token."""
    return _answer(request, lambda validator: RequestTokenEndpoint(validator, new_token))


def answer_access_token(request: HttpRequest) -> Answer:
    """The last step: an application turns the verifier into an access token."""
    return _answer(request, lambda validator: AccessTokenEndpoint(validator, new_token))


def signed_by(request: HttpRequest) -> SignedBy | None:
    """Who signed this call; None when the signature doesn't hold, is too old or was used before."""
    for address in signed_addresses(request):
        validator = Validator()
        try:
            valid, found = ResourceEndpoint(validator).validate_protected_resource_request(
                address, request.method, *_body_and_headers(request)
            )
        except ValueError:
            return None
        if valid:
            access = validator.access
            return (
                SignedBy(access.user_id, access.token_id, access.privileges)
                if validator.use_nonce(found)
                else None
            )
    return None


def _answer(request: HttpRequest, endpoint_of: Callable[[Validator], Any]) -> Answer:
    answer = Answer(UNAUTHORIZED, "")
    for address in signed_addresses(request):
        endpoint = endpoint_of(Validator())
        create = getattr(endpoint, _CREATORS[type(endpoint)])
        try:
            _headers, body, status = create(address, request.method, *_body_and_headers(request))
        except ValueError:
            return Answer(BAD_REQUEST, urlencode({"error": "invalid_request"}))
        answer = Answer(status, body or "")
        if status != UNAUTHORIZED:
            break
    return answer


def _body_and_headers(request: HttpRequest) -> tuple[str, dict[str, str]]:
    """Only form-encoded bodies are signed; others are not even read here. Raises UnicodeDecodeError."""
    headers = {"Authorization": request.headers.get("Authorization", "")}
    if request.content_type != FORM:
        return "", headers
    return request.body.decode(), headers | {"Content-Type": FORM}
