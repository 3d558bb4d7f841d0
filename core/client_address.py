"""Where a request comes from, and the address of whoever is served just now, for the record of events."""

from collections.abc import Mapping
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any

from django.conf import settings

served_address: ContextVar[str | None] = ContextVar("served_address", default=None)


def client_address(request) -> str | None:
    """The client's address: what the trusted proxy says in the header named in the settings, else the peer's.

    None when it is no address at all, as for a unix socket.
    """
    header = settings.ATRIUM_CLIENT_ADDRESS_HEADER
    return _address(request.headers.get(header, "") if header else request.META.get("REMOTE_ADDR", ""))


def connection_address(scope: Mapping[str, Any]) -> str | None:
    """The same of a websocket, by its ASGI scope."""
    header = settings.ATRIUM_CLIENT_ADDRESS_HEADER
    if not header:
        return _address((scope.get("client") or ("",))[0])
    told = dict(scope.get("headers") or ()).get(header.lower().encode("latin-1"), b"")
    return _address(told.decode("latin-1"))


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
