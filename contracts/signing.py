"""Texts the server signs for a remote service: HMAC-SHA256 (RFC 2104) with the datacenter's key.

A *token* is a message in one word, for HTTP headers and links: ``<base64url of its JSON>.<signature>``.
"""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

from pydantic import ValidationError

from contracts.base import Message

LONGEST_TOKEN = 4096
M = TypeVar("M", bound=Message)


def signature_of(body: str, key: str) -> str:
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()


def token_of(message: Message, key: str) -> str:
    """The message as one word that only holders of the key can make."""
    body = message.model_dump_json()
    return f"{urlsafe_b64encode(body.encode()).decode().rstrip('=')}.{signature_of(body, key)}"


def message_of(token: str, key: str, kind: type[M]) -> M | None:
    """The message, or None when the key did not sign it or it is of another kind.

    Expiry is the caller's to check.
    """
    packed, dot, signature = token[:LONGEST_TOKEN].partition(".")
    if not dot or not token.isascii():
        return None
    try:
        body = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not hmac.compare_digest(signature, signature_of(body, key)):
        return None
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        return None
