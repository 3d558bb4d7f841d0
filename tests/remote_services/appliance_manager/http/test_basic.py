"""People of published clients: the appliance manager asks the server who they are and what they may."""

import base64
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contracts.signing import token_of
from remote_services.appliance_manager.http.server_api import TICKET_HEADER
from tests.remote_services.appliance_manager.http.conftest import (
    ENTERPRISE,
    KEY,
    Service,
    download_ticket,
    upload_ticket,
)

REFUSED_ENTERPRISE = 8
GOOD = ("anna", "correct horse")


class ServerWithOneUser:
    """The two addresses of the server's API the appliance manager asks, over real HTTP."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ticket = upload_ticket(10_000_000, "")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                outer.asked.append(f"{self.command} {self.path}")
                known = base64.b64encode(":".join(GOOD).encode()).decode()
                if self.headers["Authorization"] != f"Basic {known}":
                    self.say(401, b'{"collection":[{"code":"401-UNAUTHORIZED","message":"Who?"}]}')
                elif f"/{REFUSED_ENTERPRISE}/" in self.path:
                    self.say(409, b'{"collection":[{"code":"LIMITS_EXCEEDED","message":"Too much."}]}')
                else:
                    self.say(204, b"")

            do_GET = do_POST = answer

            def say(self, status: int, body: bytes) -> None:
                self.send_response(status)
                wanted = download_ticket("tiny.qcow2") if "download" in self.path else outer.ticket
                self.send_header(TICKET_HEADER, token_of(wanted, KEY))
                if status == 401:
                    self.send_header("WWW-Authenticate", "Basic realm=x")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def server():
    running = ServerWithOneUser()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def service(tmp_path, datacenter_id, server):
    running = Service(tmp_path, datacenter_id, server.url).start()
    yield running
    running.stop()


def test_a_user_uploads_with_name_and_password(service, server, images, datacenter_id):
    content = (images / "disk.qcow2").read_bytes()
    answer = service.client.post(
        f"/erepos/{ENTERPRISE}/templates", files={"diskFile": ("d.qcow2", content)}, auth=GOOD
    )
    assert answer.status_code == 201, answer.text
    [asked] = server.asked
    assert asked.startswith(f"POST /api/admin/enterprises/{ENTERPRISE}/action/requestupload?")
    assert f"datacenterUuid={datacenter_id}" in asked
    assert service.end_of(server.ticket.upload_id)["type"] == "upload_finished.v1"


def test_whom_the_server_does_not_know_is_asked_to_log_in(service):
    files = {"diskFile": ("d", b"x")}
    for auth in (("anna", "wrong"), None):
        answer = service.client.post(f"/erepos/{ENTERPRISE}/templates", files=files, auth=auth)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_the_servers_refusal_is_passed_on_in_its_words(service):
    files = {"diskFile": ("d", b"x")}
    answer = service.client.post(f"/erepos/{REFUSED_ENTERPRISE}/templates", files=files, auth=GOOD)
    assert answer.status_code == 409
    assert answer.json()["collection"][0] == {"code": "LIMITS_EXCEEDED", "message": "Too much."}


def test_a_server_that_is_away_is_not_taken_for_a_yes(service, server):
    server.server.shutdown()
    server.server.server_close()
    answer = service.client.get(f"/erepos/{ENTERPRISE}", auth=GOOD)
    assert answer.status_code == 503


def test_a_reader_is_asked_about_once_in_a_while_and_never_logged(service, server, caplog):
    caplog.set_level(logging.DEBUG)
    for _turn in range(3):
        told = service.client.get(f"/erepos/{ENTERPRISE}", auth=GOOD).json()
    assert told["capacityMb"] >= told["remainingMb"] > 0
    assert len(server.asked) == 1
    assert service.client.get(f"/erepos/{ENTERPRISE}", auth=("anna", "wrong")).status_code == 401
    assert "correct horse" not in caplog.text
    basic = base64.b64encode(":".join(GOOD).encode()).decode()
    assert basic not in caplog.text


def test_a_user_fetches_a_file_with_name_and_password(service):
    (service.root / "tiny.qcow2").write_bytes(b"content")
    assert service.client.get("/files/tiny.qcow2", auth=GOOD).content == b"content"
    assert service.client.get("/files/tiny.qcow2", auth=("anna", "wrong")).status_code == 401
