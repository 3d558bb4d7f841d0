"""Calling an address that somebody chose, without becoming their way into places that are not theirs.

The name is resolved once, every address it has must be allowed, and that very address is called.
Certificates are verified for the name, redirects are not followed, and each call ends after a fixed time.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

LONGEST = 500
_REDIRECTS = (301, 302, 303, 307, 308)
HTTPS, HTTP = 443, 80
# By which a network without version 4 reaches it: such an address is as public as the one it holds.
_TRANSLATED = IPv6Network("64:ff9b::/96")
# Tunnels and translations to addresses of version 4, and what the standard library calls public.
_NEVER = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24", "192.88.99.0/24", "::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10",
    )
)  # fmt: skip
Allowed = Callable[[IPv4Address | IPv6Address], bool]


class OutboundError(Exception):
    """The call was not made or not taken; the text says why, for administrators."""


class NotAllowed(OutboundError):
    """There is no such name, or it leads to where it may not: whoever chose it is not to learn which."""


class Redirected(OutboundError):
    """The answer leads elsewhere, to ``location``, which nobody followed."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__(f"answered {status}")
        self.location = location


@dataclass(frozen=True)
class Patience:
    """For how long to wait: for the connection, for each piece of the answer, for all of it."""

    connect_seconds: float
    read_seconds: float
    whole_seconds: float


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


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody on the internet may reach this address."""
    if isinstance(address, IPv6Address) and address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    strange = address.is_multicast or address.is_reserved
    return address.is_global and not strange and not any(address in network for network in _NEVER)


def post(url: str, body: bytes, *, headers: Mapping[str, str], allowed: Allowed, patience: Patience) -> None:
    """POST; returns when a 2xx came back, whose body is not read. Raises OutboundError for all else."""
    _called(_Asked("POST", url, headers, body), allowed, patience, 0)


def get(
    url: str, *, headers: Mapping[str, str], allowed: Allowed, patience: Patience, most_bytes: int
) -> bytes:
    """What is found there, at most ``most_bytes``. Raises OutboundError for all but a 2xx and for more."""
    found = _called(_Asked("GET", url, headers), allowed, patience, most_bytes + 1)
    if len(found) > most_bytes:
        raise OutboundError(f"answered more than {most_bytes} bytes")
    return found


@dataclass(frozen=True)
class _Asked:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


def _called(asked: _Asked, allowed: Allowed, patience: Patience, most_bytes: int) -> bytes:
    """Never inside a transaction: it may take as long as ``patience`` says."""
    parts = urlsplit(asked.url)
    connection = _connection(parts, _checked_address(parts, allowed), patience)
    deadline = threading.Timer(patience.whole_seconds, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(asked.method, target, asked.body, dict(asked.headers))
        answer = connection.getresponse()
        found = answer.read(most_bytes) if most_bytes else b""
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutboundError(f"{type(error).__name__}: {error}"[:LONGEST]) from None
    finally:
        deadline.cancel()
        connection.close()
    if connection.ended_by_us:
        raise OutboundError(f"took longer than {patience.whole_seconds:g} seconds")
    if answer.status in _REDIRECTS:
        raise Redirected(answer.status, answer.headers.get("Location", ""))
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise OutboundError(f"answered {answer.status}")
    return found


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked. Keeps the socket: the answer goes on when this is closed."""

    address = ""
    patience = Patience(0, 0, 0)
    held: socket.socket | None = None
    ended_by_us = False

    def connect(self) -> None:
        self.held = self.sock = socket.create_connection(
            (self.address, self.port), self.patience.connect_seconds
        )
        self.sock.settimeout(self.patience.read_seconds)

    def cut(self) -> None:
        """Ends a call that trickles; closing the socket alone would not wake who reads from it."""
        self.ended_by_us = True
        if self.held is not None:
            with contextlib.suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)


class _PinnedSecurely(_Pinned):
    """Besides asks for the certificate of the name."""

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.held = self.sock
        self.sock.do_handshake()


def _connection(parts: SplitResult, address: str, patience: Patience) -> _Pinned:
    kind, usual = (_Pinned, HTTP) if parts.scheme == "http" else (_PinnedSecurely, HTTPS)
    made = kind(parts.hostname, parts.port or usual)
    made.address, made.patience = address, patience
    return made


def _checked_address(parts: SplitResult, allowed: Allowed) -> str:
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or HTTPS, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise NotAllowed(f"the name is not known: {error}") from None
    addresses = [each[4][0] for each in found]
    closed = [address for address in addresses if not allowed(_plain(address))]
    if closed:
        raise NotAllowed(f"{closed[0]} is not a public address")
    return addresses[0]


def _plain(text: str) -> IPv4Address | IPv6Address:
    """Without a zone, and the address of version 4 that one of version 6 holds."""
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
