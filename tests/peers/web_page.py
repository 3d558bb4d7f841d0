"""One document on a web server of this machine, to be changed, broken and counted by tests."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class WebPage:
    """``body`` is what is found at ``url``, with ``status``; ``asked`` counts. ``pause_seconds`` lies between
    the bytes of an answer, so that it trickles. It runs in a thread of the test and ends with ``stop``."""

    def __init__(self) -> None:
        self.body, self.status, self.headers = b"", 200, {}
        self.pause_seconds, self.asked = 0.0, 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/metadata?for=atrium"

    def stop(self) -> None:
        """End the thread and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page.asked += 1
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self._write()
                except OSError:
                    self.close_connection = True

            def _write(self) -> None:
                if not page.pause_seconds:
                    self.wfile.write(page.body)
                    return
                for at in range(len(page.body)):
                    self.wfile.write(page.body[at : at + 1])
                    time.sleep(page.pause_seconds)

            def log_message(self, *_arguments: Any) -> None:
                pass

        return Handler
