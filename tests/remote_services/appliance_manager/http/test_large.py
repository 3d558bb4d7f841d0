"""The service as a process: memory does not grow with files, a full disk is told, a kill loses nothing."""

import os
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.peers.server import free_port
from tests.remote_services.appliance_manager.http.conftest import TUS, bearing, upload_ticket
from tests.remote_services.service_process import ServiceProcess

pytestmark = pytest.mark.slow
KEY = "key of the tests"
MIB = 1024 * 1024
MOST_RESIDENT_MIB = 200
SENT_MIB = 768
WITHIN_SECONDS = 60


class Process:
    def __init__(self, directory: Path) -> None:
        self.root = directory / "repository"
        self.root.mkdir(exist_ok=True)
        self.port = free_port()
        environment = {
            "ATRIUM_REPOSITORY_DIR": str(self.root),
            "ATRIUM_APPLIANCE_LISTEN": f"tcp://127.0.0.1:{self.port}",
        }
        self._service = ServiceProcess(
            "remote_services.appliance_manager.http", environment=environment, log=directory / "log"
        )

    def start(self) -> "Process":
        self._service.start()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/am", timeout=120, trust_env=False)
        deadline = time.monotonic() + WITHIN_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, self._service.log.read_text()
            time.sleep(0.1)
        return self

    def kill(self) -> None:
        self._service.kill()

    def most_resident_mib(self) -> int:
        return self._service.most_resident_mib()

    def begin(self, ticket) -> httpx.Response:
        told = TUS | {"Upload-Length": str(ticket.size_bytes)}
        return self.client.post("/uploads", headers=told | bearing(ticket, KEY))

    def send(self, ticket, offset: int, content) -> httpx.Response:
        told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.client.patch(
            f"/uploads/{ticket.upload_id}", content=content, headers=TUS | told | bearing(ticket, KEY)
        )

    def _answers(self) -> bool:
        try:
            return self.client.get("/check").status_code == 200
        except httpx.HTTPError:
            return False


@pytest.fixture
def process(tmp_path):
    running = Process(tmp_path).start()
    yield running
    running.kill()


def mebibytes(count: int, piece: bytes):
    for _turn in range(count):
        yield piece


def test_a_large_file_is_received_and_taken_in_with_constant_memory(process):
    piece = b"\xeb" + os.urandom(MIB - 1)
    ticket = upload_ticket(SENT_MIB * MIB, "large.raw")
    assert process.begin(ticket).status_code == 201
    for part in range(3):
        count = SENT_MIB // 3
        answer = process.send(ticket, part * count * MIB, mebibytes(count, piece))
        assert answer.status_code == 204, answer.text
    final = process.root / str(ticket.enterprise_id) / str(ticket.upload_id) / "disk-0.raw"
    deadline = time.monotonic() + WITHIN_SECONDS
    while not final.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert final.stat().st_size == SENT_MIB * MIB
    assert process.most_resident_mib() < MOST_RESIDENT_MIB


def test_a_killed_process_goes_on_with_what_it_has(process, tmp_path):
    ticket = upload_ticket(8 * MIB, "x.raw")
    process.begin(ticket)
    assert process.send(ticket, 0, mebibytes(4, b"x" * MIB)).status_code == 204
    process.kill()
    again = Process(tmp_path).start()
    try:
        answer = again.client.head(f"/uploads/{ticket.upload_id}", headers=TUS | bearing(ticket, KEY))
        assert answer.headers["Upload-Offset"] == str(4 * MIB)
        assert again.send(ticket, 4 * MIB, mebibytes(4, b"x" * MIB)).status_code == 204
    finally:
        again.kill()


@pytest.fixture
def small_disk(tmp_path):
    """A repository on a file system of 96 MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts")
    mounted = tmp_path / "repository"
    mounted.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(mounted)], check=True)
    yield mounted
    subprocess.run(["umount", "-l", str(mounted)], check=True)


def test_a_disk_that_becomes_full_is_told_and_what_came_before_stays_good(small_disk, tmp_path):
    running = Process(tmp_path).start()
    try:
        ticket = upload_ticket(24 * MIB, "x.raw")
        assert running.begin(ticket).status_code == 201
        (small_disk / "somebody-elses").write_bytes(b"x" * (80 * MIB))
        answer = running.send(ticket, 0, mebibytes(24, b"x" * MIB))
        assert answer.status_code == 507, answer.text
        told = answer.json()["collection"][0]
        assert told["code"] == "repository_full" and str(24 * MIB) in told["message"]
        (small_disk / "somebody-elses").unlink()
        answer = running.client.head(f"/uploads/{ticket.upload_id}", headers=TUS | bearing(ticket, KEY))
        offset = int(answer.headers["Upload-Offset"])
        assert 0 < offset < 24 * MIB
        assert running.send(ticket, offset, b"x" * (24 * MIB - offset)).status_code == 204
    finally:
        running.kill()
