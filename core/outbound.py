"""Calling an address that somebody chose, without becoming their way into places that are not theirs.

The name is resolved once, every address it has must be allowed, and that very address is called.
Certificates are verified for the name, redirects are not followed, and each call ends after a fixed time or
when nobody wants it any more.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from contracts.addresses import Address, address_of
from contracts.vocabulary import ErrorCode

LONGEST = 500
_REDIRECTS = (301, 302, 303, 307, 308)
HTTPS, HTTP = 443, 80
PIECE_BYTES = 2**16
LOOK_SECONDS = 1.0
Allowed = Callable[[Address], bool]


class OutboundError(Exception):
    """The call was not made or not taken; the text says why, for administrators."""

    code = ErrorCode.SOURCE_UNREACHABLE


class NotAllowed(OutboundError):
    """There is no such name, or it leads to where it may not: whoever chose it is not to learn which."""

    code = ErrorCode.SOURCE_FORBIDDEN


class Untrusted(OutboundError):
    """The certificate is not that of the name, or of nobody who is believed."""

    code = ErrorCode.SOURCE_UNTRUSTED


class Refused(OutboundError):
    """The answer is another one than a success, or larger than it may be."""

    code = ErrorCode.SOURCE_REFUSED


class CalledOff(OutboundError):
    """Nobody wanted it any more."""

    code = ErrorCode.CANCELLED


class Redirected(Refused):
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


@dataclass(frozen=True)
class Onlooker:
    """``arrived(bytes, of)`` is told of every piece; ``of`` is 0 where the other side does not say.
    ``wanted`` is asked every second, in a thread of its own, whether to go on."""

    arrived: Callable[[int, int], None]
    wanted: Callable[[], bool]


UNWATCHED = Onlooker(lambda _here, _all: None, lambda: True)


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


def post(url: str, body: bytes, *, headers: Mapping[str, str], allowed: Allowed, patience: Patience) -> None:
    """POST; returns when a 2xx came back, whose body is not read. Raises OutboundError for all else."""
    _called(_Asked("POST", url, headers, body), allowed, patience)


def get(
    url: str,
    *,
    headers: Mapping[str, str],
    allowed: Allowed,
    patience: Patience,
    most_bytes: int,
    onlooker: Onlooker = UNWATCHED,
) -> bytes:
    """What is found there, at most ``most_bytes``. Raises OutboundError for all but a 2xx and for more."""
    found = _called(_Asked("GET", url, headers, None, most_bytes + 1), allowed, patience, onlooker)
    if len(found) > most_bytes:
        raise Refused(f"answered more than {most_bytes} bytes")
    return found


@dataclass(frozen=True)
class _Asked:
    """``most_bytes``: so much of the answer's body is read."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    most_bytes: int = 0


def _called(asked: _Asked, allowed: Allowed, patience: Patience, onlooker: Onlooker = UNWATCHED) -> bytes:
    """Never inside a transaction: it may take as long as ``patience`` says."""
    parts = urlsplit(asked.url)
    connection = _connection(parts, _checked_address(parts, allowed), patience)
    overseer = _Overseer(connection, patience.whole_seconds, onlooker)
    overseer.start()
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(asked.method, target, asked.body, dict(asked.headers))
        answer = connection.getresponse()
        found = _read(answer, asked.most_bytes, onlooker)
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(f"{type(error).__name__}: {error}"[:LONGEST]) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Cut by the overseer, it fails in whatever way; that it was cut is what counts.
        overseer.require_untouched()
        raise OutboundError(f"{type(error).__name__}: {error}"[:LONGEST]) from None
    finally:
        overseer.rest()
        connection.close()
    overseer.require_untouched()
    if answer.status in _REDIRECTS:
        raise Redirected(answer.status, answer.headers.get("Location", ""))
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(f"answered {answer.status}")
    return found


def _read(answer: http.client.HTTPResponse, most_bytes: int, onlooker: Onlooker) -> bytes:
    told_bytes = answer.length or 0
    wanted_bytes = min(told_bytes, most_bytes) if told_bytes else most_bytes
    pieces, size_bytes = [], 0
    while size_bytes < wanted_bytes and (piece := answer.read1(min(PIECE_BYTES, wanted_bytes - size_bytes))):
        pieces.append(piece)
        size_bytes += len(piece)
        onlooker.arrived(size_bytes, told_bytes)
    if told_bytes and size_bytes < wanted_bytes:
        raise http.client.IncompleteRead(b"", told_bytes - size_bytes)
    return b"".join(pieces)


class _Overseer(threading.Thread):
    """Cuts a call that takes too long, or that nobody wants any more."""

    def __init__(self, connection: "_Pinned", whole_seconds: float, onlooker: Onlooker) -> None:
        super().__init__(name="outbound call", daemon=True)
        self._connection, self._onlooker = connection, onlooker
        self._whole_seconds = whole_seconds
        self._over = threading.Event()
        self._cause: OutboundError | None = None

    def run(self) -> None:
        ends_at = time.monotonic() + self._whole_seconds
        while self._cause is None:
            left_seconds = ends_at - time.monotonic()
            if self._over.wait(max(min(left_seconds, LOOK_SECONDS), 0)):
                return
            if time.monotonic() >= ends_at:
                self._cause = OutboundError(f"took longer than {self._whole_seconds:g} seconds")
            elif not self._onlooker.wanted():
                self._cause = CalledOff("it was cancelled")
        self._connection.cut()

    def rest(self) -> None:
        self._over.set()

    def require_untouched(self) -> None:
        """Raises why it was cut, if it was."""
        if self._cause is not None:
            raise self._cause from None


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked. Keeps the socket: the answer goes on when this is closed."""

    address = ""
    patience = Patience(0, 0, 0)
    held: socket.socket | None = None

    def connect(self) -> None:
        self.held = self.sock = socket.create_connection(
            (self.address, self.port), self.patience.connect_seconds
        )
        self.sock.settimeout(self.patience.read_seconds)

    def cut(self) -> None:
        """Ends a call that trickles; closing the socket alone would not wake who reads from it."""
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
    closed = [address for address in addresses if not allowed(address_of(address))]
    if closed:
        raise NotAllowed(f"{closed[0]} is not a public address")
    return addresses[0]
