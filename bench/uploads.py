"""How fast a file gets into the repository over loopback, against copying it; and the memory that takes."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx

from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from contracts.signing import token_of
from contracts.uploads import UploadTicket
from tests.peers.server import free_port
from tests.remote_services.service_process import ServiceProcess

MIB = 2**20
PIECE_MIB = 32
RATIO_GOAL = 3.0
MEMORY_GOAL_MIB = 200
KEY = "key of the measurement"
START_SECONDS, TAKE_IN_SECONDS = 60, 120


def measure(stack: Stack, sizes: Sizes) -> Result:
    """A file of random bytes, sent by tus in pieces of 32 MiB as the portal does; no server is needed."""
    result = Result("Uploading")
    with tempfile.TemporaryDirectory() as folder:
        source = _made(Path(folder), sizes.upload_mib)
        copied = _copied(source)
        sent, resident_mib = _sent(Path(folder), source)
    result.figures += [
        Figure(f"copying {sizes.upload_mib} MiB, with fsync", round(copied, 2), "s"),
        Figure(f"uploading {sizes.upload_mib} MiB until it is taken in", round(sent, 2), "s"),
        Figure("uploading against copying", round(sent / copied, 2), "x", RATIO_GOAL),
        Figure("most resident memory", resident_mib, "MiB", MEMORY_GOAL_MIB),
    ]
    result.notes.append("The client runs on the same cores. Both files end on the same disk, flushed.")
    return result


def _made(folder: Path, size_mib: int) -> Path:
    path = folder / "source.raw"
    with path.open("wb") as file:
        for _ in range(size_mib):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
    return path


def _copied(source: Path) -> float:
    begun = time.perf_counter()
    copy = source.with_name("copy.raw")
    shutil.copyfile(source, copy)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    taken = time.perf_counter() - begun
    copy.unlink()
    return taken


def _sent(folder: Path, source: Path) -> tuple[float, int]:
    """Seconds until the file is in the repository, and the service's most resident MiB."""
    root = folder / "repository"
    root.mkdir()
    port = free_port()
    environment = {
        "ATRIUM_BROKER_URL": f"redis+socket://{folder}/nobody.sock", "ATRIUM_DATACENTER_ID": str(uuid4()),
        "ATRIUM_DATACENTER_KEY": KEY, "ATRIUM_STATE_DIR": str(folder / "state"),
        "ATRIUM_REPOSITORY_DIR": str(root), "ATRIUM_APPLIANCE_LISTEN": f"tcp://127.0.0.1:{port}",
    }  # fmt: skip
    service = ServiceProcess(
        "remote_services.appliance_manager.http", environment=environment, log=folder / "log"
    )
    service.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/am", timeout=120, trust_env=False) as client:
            _wait(lambda: _answers(client), START_SECONDS)
            return _timed_upload(client, root, source), service.most_resident_mib()
    finally:
        service.stop()


def _timed_upload(client: httpx.Client, root: Path, source: Path) -> float:
    now = datetime.now(UTC)
    ticket = UploadTicket(
        upload_id=uuid4(), enterprise_id=1, file_name=source.name, size_bytes=source.stat().st_size,
        expires_at=now + timedelta(hours=1), open_until=now + timedelta(hours=1),
    )  # fmt: skip
    headers = {"Tus-Resumable": "1.0.0", "Authorization": f"Ticket {token_of(ticket, KEY)}"}
    begun = time.perf_counter()
    client.post("/uploads", headers=headers | {"Upload-Length": str(ticket.size_bytes)}).raise_for_status()
    for offset in range(0, ticket.size_bytes, PIECE_MIB * MIB):
        piece = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        address = f"/uploads/{ticket.upload_id}"
        client.patch(address, content=_piece(source, offset), headers=headers | piece).raise_for_status()
    _wait((root / "1" / str(ticket.upload_id) / "disk-0.raw").exists, TAKE_IN_SECONDS)
    return time.perf_counter() - begun


def _piece(source: Path, offset: int) -> Iterator[bytes]:
    with source.open("rb") as file:
        file.seek(offset)
        for _ in range(PIECE_MIB):
            if data := file.read(MIB):
                yield data


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/check").is_success
    except httpx.HTTPError:
        return False


def _wait(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.02)
