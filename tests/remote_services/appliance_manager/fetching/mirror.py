"""A web server on a loopback address that serves files, as well or as badly as it is told to."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE, ELSEWHERE = "127.0.0.2", "127.0.0.1"
"""The mirror listens at an address that tests allow; the other is as forbidden as any of this machine."""


@dataclass
class Served:
    """One file and how it is served. ``etag`` None: nothing tells it from another."""

    content: bytes
    etag: str | None = '"one"'
    ranges: bool = True
    cut_at: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    announces: bool = True
    statuses: list[int] = field(default_factory=list)
    pause_seconds: float = 0
    piece_bytes: int = 65536


class Mirror:
    """``files`` by path; ``behaves`` instead, which get the handler itself. ``asked`` is what came."""

    def __init__(self, address: str = HERE, tls: ssl.SSLContext | None = None) -> None:
        self.files: dict[str, Served] = {}
        self.behaves: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, str]] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                mirror.answer(self)

            def log_message(self, *_arguments) -> None:
                """Silent."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_arguments) -> None:
                """Clients that go away are part of the tests."""

        self._server = Server((address, 0), Handler)
        self.port = self._server.server_port
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{address}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> "Mirror":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def serve(self, path: str, content: bytes, **how) -> str:
        """The file's address."""
        self.files[path] = Served(content, **how)
        return self.url + path

    def redirect(self, path: str, to: str) -> str:
        def send(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", to)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.behaves[path] = send
        return self.url + path

    def ranges_of(self, path: str) -> list[str]:
        """The Range headers the file was asked with, in their order."""
        return [told for asked, told in self.asked if asked == path]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.partition("?")[0]
        self.asked.append((path, handler.headers.get("Range", "")))
        if path in self.behaves:
            self.behaves[path](handler)
        elif path in self.files:
            _send(handler, self.files[path])
        else:
            handler.send_error(404)


def _send(handler: BaseHTTPRequestHandler, file: Served) -> None:
    if file.statuses:
        handler.send_response(file.statuses.pop(0))
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    begins_at = _wanted(handler, file)
    body = file.content[begins_at:]
    handler.send_response(206 if begins_at else 200)
    if begins_at:
        whole = len(file.content)
        handler.send_header("Content-Range", f"bytes {begins_at}-{whole - 1}/{whole}")
    if file.announces:
        handler.send_header("Content-Length", str(file.length if file.length is not None else len(body)))
    else:
        handler.send_header("Connection", "close")
        handler.close_connection = True
    if file.etag:
        handler.send_header("ETag", file.etag)
    for name, value in file.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    cut_at = file.cut_at.pop(0) - begins_at if file.cut_at else None
    _pieces(handler, file, body if cut_at is None else body[:cut_at])
    if cut_at is not None:
        cut(handler)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """End the connection as a broken network does."""
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def _pieces(handler: BaseHTTPRequestHandler, file: Served, body: bytes) -> None:
    for start in range(0, len(body), file.piece_bytes):
        handler.wfile.write(body[start : start + file.piece_bytes])
        if file.pause_seconds:
            handler.wfile.flush()
            time.sleep(file.pause_seconds)


def _wanted(handler: BaseHTTPRequestHandler, file: Served) -> int:
    """Where the answer begins."""
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    same = handler.headers.get("If-Range") in (None, file.etag)
    return int(asked[1]) if asked and file.ranges and same else 0
