"""The addresses a client may have signed: behind a proxy the server is called otherwise than outside."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest

from identity.services.oauth_tokens import Consent

OUT_OF_BAND = "oob"


def signed_addresses(request: HttpRequest) -> list[str]:
    """The public address first, then the one the request came to; both absolute and with their query."""
    path = request.get_full_path()
    origins = (settings.ATRIUM_PUBLIC_URL, f"{request.scheme}://{request.get_host()}")
    return [f"{origin}{path}" for origin in dict.fromkeys(origins) if origin]


def is_callback(address: str) -> bool:
    """Whether a user may be sent there with the verifier: an http(s) address, or ``oob`` for none."""
    if address == OUT_OF_BAND:
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = not (parts.fragment or parts.username or parts.password)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def answer_of(consent: Consent) -> str:
    """The parameters an application waits for; the verifier is last, for clients that cut it off there."""
    return urlencode({"oauth_token": consent.key, "oauth_verifier": consent.verifier})


def led_to(consent: Consent) -> str:
    """The application's address with the answer."""
    parts = urlsplit(consent.callback)
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit(parts._replace(query="&".join(filter(None, (query, answer_of(consent))))))


def origin_of(callback: str) -> str:
    """Scheme and host, to be shown to the user."""
    parts = urlsplit(callback)
    return f"{parts.scheme}://{parts.netloc}"
