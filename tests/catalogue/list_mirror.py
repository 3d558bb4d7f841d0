"""Lists of remote repositories, and servers that give them."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

MIB, GIB = 2**20, 2**30
NAMESPACE = "http://www.abiquo.com/appliancemanager/repositoryspace"


def entry(file: str = "debian/debian.ovf", name: str = "Debian 12", extra: str = "") -> str:
    return (
        f'<OVFDescription OVFFile="{file}" OVFCategories="Others"><Info>Small</Info><Product>{name}</Product>'
        f"<Vendor>Debian</Vendor><Version>12</Version><OSType>DEBIAN_64</OSType>"
        f'<Icon fileRef="icons/debian.png"/><DiskFormat>QCOW2_SPARSE</DiskFormat>'
        f"<DiskFileSize>{300 * MIB}</DiskFileSize><HdRequired>{GIB}</HdRequired>{extra}</OVFDescription>"
    )


def index(*entries: str) -> bytes:
    inner = "".join(entries)
    return (
        f'<?xml version="1.0"?><RepositorySpace xmlns="{NAMESPACE}"><RepositoryName>Official</RepositoryName>'
        f"{inner}</RepositorySpace>"
    ).encode()


class Mirror:
    """Serves ``pages`` by path, or redirects where a page is an address."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | str] = {}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(self.path)
                self.send_response(404 if page is None else 302 if isinstance(page, str) else 200)
                if isinstance(page, str):
                    self.send_header("Location", page)
                self.end_headers()
                if isinstance(page, bytes):
                    self.wfile.write(page)

            def log_message(self, *_arguments) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
        self.url = f"http://127.0.0.2:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def mirror(settings) -> Iterator[Mirror]:
    settings.ATRIUM_FETCH_ALLOWED_NETWORKS = ["127.0.0.2/32"]
    running = Mirror()
    running.pages["/a/ovfindex.xml"] = index(entry(), entry("small.qcow2", "Small"))
    yield running
    running.stop()


class SlowMirror:
    """Sends the first half of ``page``, calls ``between``, and sends the rest when ``go_on`` is set."""

    def __init__(self, page: bytes, between: Callable[[], None] = lambda: None) -> None:
        self.go_on = threading.Event()
        go_on, half = self.go_on, len(page) // 2

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page[:half])
                between()
                go_on.wait(60)
                self.wfile.write(page[half:])

            def log_message(self, *_arguments) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
        self.url = f"http://127.0.0.2:{self._server.server_port}/a/ovfindex.xml"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
