"""Calling an address that a tenant chose, without becoming their way into the provider's network.

Only https; the name is resolved once, every address it has must be public (or in a network the
installation allows), and that very address is called. Redirects are not followed, what is answered is not
read beyond the status, and the whole call ends after a fixed time.
"""

import http.client
import socket
import ssl
import threading
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS = 60
READ_SECONDS = 10
LONGEST = 500
HTTPS = 443


class OutboundError(Exception):
    """The call was not made or not taken; the text says why, for administrators."""


def address_problem(url: str) -> str:
    """What is wrong with the shape of an address, as a sentence; empty when nothing is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("This is no address.")
    if parts.scheme != "https" or not parts.hostname or port == 0:
        return _("The address must begin with https:// and a host.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        return _("The address may hold neither a user nor a password nor a #.")
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        return _("The address has at most %(most)s plain characters.") % {"most": LONGEST}
    return ""


def post(url: str, body: bytes, *, content_type: str) -> None:
    """POST; returns when a 2xx came back. Raises OutboundError for everything else.

    Never inside a transaction: it may take more than a minute.
    """
    problem = address_problem(url)
    if problem:
        raise OutboundError(problem)
    parts = urlsplit(url)
    connection = _Pinned(parts, _public_address(parts))
    deadline = threading.Timer(CONNECT_SECONDS + 3 * READ_SECONDS, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        target = parts.path or "/"
        headers = {"Content-Type": content_type, "Accept": "*/*"}
        connection.request("POST", f"{target}?{parts.query}" if parts.query else target, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutboundError(f"{type(error).__name__}: {error}"[:LONGEST]) from None
    finally:
        deadline.cancel()
        connection.close()
    if not http.HTTPStatus.OK <= status < http.HTTPStatus.MULTIPLE_CHOICES:
        raise OutboundError(f"answered {status}")


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address that was checked, and still asks for the certificate of the name."""

    def __init__(self, parts: SplitResult, address: str):
        super().__init__(parts.hostname, parts.port or HTTPS, context=ssl.create_default_context())
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), CONNECT_SECONDS)
        plain.settimeout(READ_SECONDS)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """Ends a call that trickles."""
        if self.sock is not None:
            self.sock.close()


def _public_address(parts: SplitResult) -> str:
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or HTTPS, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError(f"the name is not known: {error}") from None
    addresses = [each[4][0] for each in found]
    closed = [address for address in addresses if not _allowed(address)]
    if closed:
        raise OutboundError(f"{closed[0]} is not a public address")
    return addresses[0]


def _allowed(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    networks = map(ip_network, settings.ATRIUM_APPROVAL_NETWORKS)
    if any(address.version == network.version and address in network for network in networks):
        return True
    return address.is_global and not address.is_multicast
