"""Where a request comes from, and the address of whoever is served just now, for the record of events."""

from contextvars import ContextVar
from ipaddress import ip_address

from django.conf import settings

served_address: ContextVar[str | None] = ContextVar("served_address", default=None)


def client_address(request) -> str | None:
    """The client's address: what the trusted proxy says in the header named in the settings, else the peer's.

    None when it is no address at all, as for a unix socket.
    """
    header = settings.ATRIUM_CLIENT_ADDRESS_HEADER
    text = request.headers.get(header, "") if header else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
