"""The appliance manager's HTTP service, listening in a thread of the test's process, and who talks to it."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn

from contracts.signing import token_of
from contracts.uploads import DownloadTicket, UploadTicket
from remote_services.appliance_manager.announcing import Announcer
from remote_services.appliance_manager.http.application import make_application
from remote_services.appliance_manager.intake import Intake
from remote_services.runtime import mount
from remote_services.runtime.broker import Publisher

KEY = "the datacenter's key"
WITHIN_SECONDS = 40
TUS = {"Tus-Resumable": "1.0.0"}
ENTERPRISE = 7


class Service:
    """Announcements go to a broker nobody listens at, so they all stay in the spool."""

    def __init__(self, directory: Path, datacenter_id: UUID, server_url: str | None = None) -> None:
        self.root = directory / "repository"
        self.root.mkdir(exist_ok=True)
        self.state_dir = directory / "state"
        self.announcer = Announcer(Publisher(f"redis+socket://{directory}/nobody.sock"), self.state_dir)
        self.intake = Intake(self.root, self.announcer)
        application = make_application(
            intake=self.intake, key=KEY, datacenter_id=datacenter_id, state_dir=self.state_dir,
            server_url=server_url,
        )  # fmt: skip
        config = uvicorn.Config(application, host="127.0.0.1", port=0, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> "Service":
        self._thread.start()
        self.wait_for(lambda: self._server.started and (self.root / mount.MARKER).exists())
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/am", timeout=60, trust_env=False)
        return self

    def stop(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join(WITHIN_SECONDS)

    def wait_for(self, condition, what: str = ""):
        """What the condition gives once it is true."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"never {what or condition}")

    def announcements(self, upload_id: UUID) -> list[dict]:
        """What the server was told of the upload's end."""
        texts = [file.read_text() for file in (self.state_dir / "announcements").glob("*.json")]
        return [each for each in map(json.loads, texts) if each.get("upload_id") == str(upload_id)]

    def end_of(self, upload_id: UUID) -> dict:
        return self.wait_for(lambda: self.announcements(upload_id), "announced")[0]

    def begin(self, ticket: UploadTicket, **headers: str) -> httpx.Response:
        return self.client.post(
            "/uploads", headers=TUS | {"Upload-Length": str(ticket.size_bytes)} | bearing(ticket) | headers
        )

    def send(self, ticket: UploadTicket, offset: int, data, **headers: str) -> httpx.Response:
        told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.client.patch(
            f"/uploads/{ticket.upload_id}", content=data, headers=TUS | told | bearing(ticket) | headers
        )

    def offset(self, ticket: UploadTicket) -> int:
        answer = self.client.head(f"/uploads/{ticket.upload_id}", headers=TUS | bearing(ticket))
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["Upload-Offset"])

    def upload(self, ticket: UploadTicket, data: bytes) -> dict:
        """Send everything in one go; how it ended."""
        assert self.begin(ticket).status_code == 201
        answer = self.send(ticket, 0, data)
        assert answer.status_code == 204, answer.text
        return self.end_of(ticket.upload_id)

    def files(self) -> list[str]:
        """Every file in the repository but its marker; folders may vanish meanwhile."""
        found = (Path(folder) / name for folder, _folders, names in os.walk(self.root) for name in names)
        return sorted(str(path.relative_to(self.root)) for path in found if path.name != mount.MARKER)


def bearing(ticket, key: str = KEY) -> dict[str, str]:
    return {"Authorization": f"Ticket {token_of(ticket, key)}"}


def upload_ticket(size_bytes: int, file_name: str = "disk.qcow2", **changes) -> UploadTicket:
    now = datetime.now(UTC)
    fields = {
        "upload_id": uuid4(),
        "enterprise_id": ENTERPRISE,
        "file_name": file_name,
        "size_bytes": size_bytes,
        "expires_at": now + timedelta(minutes=5),
        "open_until": now + timedelta(hours=1),
    }
    return UploadTicket(**fields | changes)


def download_ticket(path: str, **changes) -> DownloadTicket:
    fields = {"path": path, "file_name": "disk.qcow2", "expires_at": datetime.now(UTC) + timedelta(minutes=5)}
    return DownloadTicket(**fields | changes)


@pytest.fixture
def service(tmp_path, datacenter_id) -> Iterator[Service]:
    running = Service(tmp_path, datacenter_id).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> Path:
    """Small images of every format, with content, by qemu-img."""
    folder = tmp_path_factory.mktemp("images")
    raw = folder / "disk.raw"
    raw.write_bytes(b"\xeb" + bytes(509) + b"\x55\xaa" + b"content" * 1000 + bytes(1024 * 1024 - 7512))
    for name, wanted in (
        ("qcow2", "qcow2"),
        ("vmdk", "vmdk"),
        ("vdi", "vdi"),
        ("vhd", "vpc"),
        ("vhdx", "vhdx"),
    ):
        command = ["qemu-img", "convert", "-f", "raw", "-O", wanted, str(raw), str(folder / f"disk.{name}")]
        subprocess.run(command, check=True, timeout=60)
    return folder
