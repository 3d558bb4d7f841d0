"""OpenID providers: a real one (oidc-provider-mock, a process) and one of ours that signs what it is told."""

import json
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.peers.server import Server, accepts_connections, free_port

CLIENT = "atrium"


class OpenIdProviderServer(Server):
    """Speaks discovery, authorization code, ID tokens signed with RS256, user info."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _command(self) -> list[str]:
        return [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(self.port)]

    def _answers(self) -> bool:
        return accepts_connections(self.port)


class ScriptedOpenIdProvider:
    """Answers as the protocol says; ``forge`` changes the claims, header or key of what it signs.

    Its key lives as long as it does. It runs in a thread of the test and ends with ``stop``.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"}, auto_kid=False)
        self.claims: dict[str, Any] = {}
        self.forge: Callable[[dict[str, Any], str], str] | None = None
        self.nonce = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """End the thread and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def token(self, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token for our client that is good for a minute, with these claims besides or instead."""
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60} | self.claims | claims
        return jwt.encode({"alg": "RS256", "kid": "first"} | (header or {}), told, key or self.key)

    def id_token(self) -> str:
        """What the token endpoint hands out."""
        told = {"nonce": self.nonce} if self.nonce else {}
        return self.forge(told, self.url) if self.forge else self.token(**told)

    def document(self, path: str) -> dict[str, Any]:
        """The JSON document at an address."""
        if path.startswith("/.well-known/"):
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {"issuer": self.url} | {name: f"{self.url}/{end}" for name, end in places.items()}
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token()}

    def remember(self, authorization_url: str) -> str:
        """Take the nonce of a sign-in that begins; answers its state."""
        asked = parse_qs(urlsplit(authorization_url).query)
        self.nonce = asked["nonce"][0]
        return asked["state"][0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(provider.document(urlsplit(self.path).path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def log_message(self, *_arguments: Any) -> None:
                pass

        return Handler
