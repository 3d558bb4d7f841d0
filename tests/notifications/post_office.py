"""A real SMTP server for tests (aiosmtpd): it keeps what it takes, and answers as it is told."""

import asyncio
import email
import email.policy
import ssl
import threading
from collections import deque
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from notifications.services import set_mail_server
from tests.peers.server import free_port

PATIENCE_SECONDS = 60


class PostOffice:
    """``answers["RCPT"]`` and ``answers["DATA"]`` are what it says next times instead of 250. With ``hold``
    set to one of them it stops there and goes on when ``go_on`` is set. ``held`` and ``took`` are semaphores
    that count the stops and the mails taken."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ):
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self.answers: dict[str, deque[str]] = {"RCPT": deque(), "DATA": deque()}
        self.hold = ""
        self.go_on = threading.Event()
        self.held, self.took = threading.Semaphore(0), threading.Semaphore(0)
        self.logins: list[tuple[str, str]] = []
        self._login = login
        options: dict[str, Any] = {"ssl_context": tls} if tls else {}
        if starttls:
            options |= {"tls_context": starttls, "require_starttls": True}
        if login:
            options |= {
                "auth_required": True,
                "authenticator": self._authenticate,
                "auth_require_tls": bool(starttls),
            }
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    def __enter__(self) -> "PostOffice":
        self._controller.start()
        return self

    def __exit__(self, *_error) -> None:
        self.go_on.set()
        self._controller.stop()

    def set_up(self, actor, enterprise, **fields):
        """Make it the mail server of an enterprise."""
        given = {
            "host": "127.0.0.1", "port": self.port, "security": "none", "from_name": "Cloud",
            "from_address": "cloud@example.org",
        }  # fmt: skip
        return set_mail_server(actor=actor, enterprise=enterprise, **given | fields)

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.received]

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        answer = self._answer("RCPT")
        await self._pause("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        answer = self._answer("DATA")
        if answer.startswith("250"):
            self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.took.release()
        await self._pause("DATA")
        return answer

    def _answer(self, command: str) -> str:
        return self.answers[command].popleft() if self.answers[command] else "250 Taken"

    async def _pause(self, command: str) -> None:
        if self.hold == command:
            self.held.release()
            await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait, PATIENCE_SECONDS)

    def _authenticate(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == self._login, handled=pair == self._login)
