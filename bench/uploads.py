"""How fast a file gets into the repository over loopback, against copying it; and the memory that takes."""

import hashlib
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Taken:
    """Seconds of wall-clock time, but for ``service_cpu``; ``resident_mib`` is the service's most."""

    copied: float
    hashed: float
    sent: float
    service_cpu: float
    resident_mib: int


def measure(stack: Stack, sizes: Sizes) -> Result:
    """A file of random bytes, sent by tus in pieces of 32 MiB as the portal does; no server is needed."""
    result = Result("Uploading")
    with tempfile.TemporaryDirectory(dir=os.environ.get("ATRIUM_BENCH_DIR")) as folder:
        source = _made(Path(folder), sizes.upload_mib)
        taken = [_round(Path(folder), source) for _round_number in range(sizes.rounds)]
    size = f"{sizes.upload_mib} MiB"
    result.figures += [
        Figure(f"copying {size}, with fsync", _median(taken, lambda each: each.copied), "s"),
        Figure(
            f"SHA-256 of {size} in memory, and nothing else", _median(taken, lambda each: each.hashed), "s"
        ),
        Figure(f"uploading {size} until it is taken in", _median(taken, lambda each: each.sent), "s"),
        Figure("CPU of the service for it", _median(taken, lambda each: each.service_cpu), "s"),
        Figure(
            "uploading against copying", _median(taken, lambda each: each.sent / each.copied), "x", RATIO_GOAL
        ),
        Figure("most resident memory", max(each.resident_mib for each in taken), "MiB", MEMORY_GOAL_MIB),
    ]
    result.notes += [
        f"Medians of {sizes.rounds}, copying and uploading by turns. Both files end on the same disk, "
        "flushed.",
        "The client, httpx on HTTP/1.1, runs on the same cores.",
    ]
    return result


def _median(taken: list[Taken], value: Callable[[Taken], float]) -> float:
    return round(statistics.median(map(value, taken)), 2)


def _round(folder: Path, source: Path) -> Taken:
    copied = _copied(source)
    hashed = _hashed(source.stat().st_size)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return Taken(copied, hashed, *_sent(Path(place), source))


def _hashed(size_bytes: int) -> float:
    """What the checksum takes by itself: the uploads of one connection can't be faster."""
    data, digest = os.urandom(MIB), hashlib.sha256()
    begun = time.perf_counter()
    for _piece_number in range(size_bytes // MIB):
        digest.update(data)
    return time.perf_counter() - begun


def _made(folder: Path, size_mib: int) -> Path:
    path = folder / "source.raw"
    with path.open("wb") as file:
        for _ in range(size_mib):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
    return path


def _copied(source: Path) -> float:
    subprocess.run(["sync", "-f", str(source)], check=True)
    begun = time.perf_counter()
    copy = source.with_name("copy.raw")
    shutil.copyfile(source, copy)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    taken = time.perf_counter() - begun
    copy.unlink()
    return taken


def _sent(folder: Path, source: Path) -> tuple[float, float, int]:
    """Seconds until the file is in the repository, the service's CPU seconds, its most resident MiB."""
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
            before = service.cpu_seconds()
            sent = _timed_upload(client, root, source)
            return sent, service.cpu_seconds() - before, service.most_resident_mib()
    finally:
        service.stop()


def _timed_upload(client: httpx.Client, root: Path, source: Path) -> float:
    now = datetime.now(UTC)
    ticket = UploadTicket(
        upload_id=uuid4(), enterprise_id=1, file_name=source.name, size_bytes=source.stat().st_size,
        expires_at=now + timedelta(hours=1), open_until=now + timedelta(hours=1),
    )  # fmt: skip
    headers = {"Tus-Resumable": "1.0.0", "Authorization": f"Ticket {token_of(ticket, KEY)}"}
    subprocess.run(["sync", "-f", str(root)], check=True)
    begun = time.perf_counter()
    client.post("/uploads", headers=headers | {"Upload-Length": str(ticket.size_bytes)}).raise_for_status()
    for offset in range(0, ticket.size_bytes, PIECE_MIB * MIB):
        piece = {
            "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(min(PIECE_MIB * MIB, ticket.size_bytes - offset)),
        }  # fmt: skip
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
