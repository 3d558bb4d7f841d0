"""Speaking SMTP: one mail over one connection, within a deadline, with what the server said in words.

No downgrade: with STARTTLS or TLS nothing is said before the server proved who it is.
"""

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR, create_connection, socket
from threading import Timer

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.destinations import Unreachable, address_of
from notifications.models import Security

STEP_SECONDS = 15.0
DEADLINE_SECONDS = 45.0
MOST_SAID = 300
PERMANENT = 500
AUTHENTICATION = (530, 534, 535, 538)


@dataclass(frozen=True)
class Route:
    """A mail server and how to speak to it. ``trusted``: may be at a private address. ``shown_as`` stands in
    sentences in place of host and port, for those who use a server they do not manage."""

    server_id: int
    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)
    from_address: str = ""
    from_name: str = ""
    trusted: bool = False
    shown_as: str = ""

    def __str__(self) -> str:
        return self.shown_as or f"{self.host}:{self.port}"


class Undelivered(Exception):
    """The mail was not taken. ``permanent``: it never will be. The text holds no secret."""

    def __init__(self, sentence: str, *, permanent: bool = False):
        super().__init__(sentence)
        self.permanent = permanent


def transmit(route: Route, *, to: str, data: bytes, deadline_seconds: float = DEADLINE_SECONDS) -> str:
    """Hand the mail over; what the server said when it took it. Raises Undelivered."""
    with _troubles(route), _connected(route, deadline_seconds) as connection:
        if route.security == Security.STARTTLS:
            connection.starttls(context=_tls())
        if route.username:
            connection.login(route.username, route.password)
        connection.ehlo_or_helo_if_needed()
        _expect(connection.mail(route.from_address))
        _expect(connection.rcpt(to))
        code, said = connection.data(data)
        _expect((code, said))
        # It is taken; a server that is rude in parting does not change that.
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        return _clean(f"{code} {_text(said)}", route)


@contextmanager
def _connected(route: Route, deadline_seconds: float) -> Iterator[smtplib.SMTP]:
    """A connection that is cut off when the deadline passes, however slowly the server drips."""
    kind = _EncryptedConnection if route.security == Security.TLS else _Connection
    connection = kind(address_of(route.host, route.port, trusted=route.trusted))
    guard = Timer(deadline_seconds, connection.cut_off)
    guard.daemon = True
    guard.start()
    try:
        connection.connect_as(route.host, route.port)
        yield connection
    finally:
        guard.cancel()
        connection.close()


class _Connection(smtplib.SMTP):
    """Connects to the address that was checked, and speaks to it by the name it was asked for."""

    def __init__(self, address: str):
        super().__init__(timeout=STEP_SECONDS)
        self._address = address
        self._handle: socket | None = None

    def connect_as(self, host: str, port: int) -> None:
        self._host = host
        _expect(self.connect(host, port))

    def cut_off(self) -> None:
        """End the connection under whoever waits for it, in whatever phase."""
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._handle is not None:
            self._handle.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        plain = create_connection((self._address, port), timeout)
        # A second handle, since wrapping into TLS takes the first one away.
        self._handle = plain.dup()
        return plain


class _EncryptedConnection(_Connection):
    """TLS from the first byte on."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        return _tls().wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ATRIUM_MAIL_CA_FILE or None)


def _expect(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:  # noqa: PLR2004  SMTP's answers of success
        raise smtplib.SMTPResponseException(code, said)


@contextmanager
def _troubles(route: Route) -> Iterator[None]:
    """Whatever goes wrong becomes Undelivered with a sentence."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        said = _clean(f"{error.smtp_code} {_text(error.smtp_error)}", route)
        permanent = error.smtp_code >= PERMANENT and error.smtp_code not in AUTHENTICATION
        sentence = _("%(server)s said: %(said)s") % {"server": route, "said": said}
        raise Undelivered(sentence, permanent=permanent) from None
    except ssl.SSLCertVerificationError as error:
        sentence = _("The certificate of %(server)s is not trusted: %(why)s.")
        raise Undelivered(sentence % {"server": route, "why": error.verify_message}) from None
    except smtplib.SMTPServerDisconnected:
        raise Undelivered(
            _("%(server)s ended the connection, or took too long.") % {"server": route}
        ) from None
    except Unreachable as error:
        raise Undelivered(_("%(server)s can't be used: %(why)s.") % {"server": route, "why": error}) from None
    except (smtplib.SMTPException, OSError) as error:
        why = _clean(str(error) or type(error).__name__, route)
        raise Undelivered(_("%(server)s can't be used: %(why)s.") % {"server": route, "why": why}) from None


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _clean(said: str, route: Route) -> str:
    """One short printable line without the password, should the server send it back."""
    if route.password:
        pair = f"\0{route.username}\0{route.password}".encode()
        for secret in (
            route.password,
            b64encode(route.password.encode()).decode(),
            b64encode(pair).decode(),
        ):
            said = said.replace(secret, "•••")
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())
    return line if len(line) <= MOST_SAID else line[: MOST_SAID - 1] + "…"
