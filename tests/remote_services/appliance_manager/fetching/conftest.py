"""A mirror, a repository, and the handlers of the appliance manager."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.appliance import CancelFetch, FetchTemplate
from remote_services.appliance_manager.handlers.cancel_fetch import cancel_fetch
from remote_services.appliance_manager.handlers.fetch_template import fetch_template
from remote_services.runtime import mount
from remote_services.runtime.settings import settings
from tests.counting import COUNTED
from tests.remote_services.appliance_manager.fetching.mirror import HERE, Mirror

ENTERPRISE = 7
MIB = 2**20


class Context:
    """The context of a handler."""

    def __init__(self) -> None:
        self.percents: list[int] = []

    def progress(self, percent: int) -> None:
        self.percents.append(percent)


class Depot:
    """A repository into which is fetched."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.context = Context()

    def command(self, url: str, **changes) -> FetchTemplate:
        fields = {"operation_id": uuid4(), "upload_id": uuid4(), "enterprise_id": ENTERPRISE, "url": url}
        return FetchTemplate(**fields | {"most_bytes": 64 * MIB} | changes)

    def fetch(self, url: str, **changes) -> dict:
        return fetch_template(self.command(url, **changes), self.context)

    def run(self, command: FetchTemplate) -> dict:
        return fetch_template(command, self.context)

    def cancel(self, upload_id: UUID) -> None:
        command = CancelFetch(operation_id=uuid4(), upload_id=upload_id, enterprise_id=ENTERPRISE)
        cancel_fetch(command, self.context)

    def files(self) -> list[str]:
        """Every file of templates."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        plain = (path.relative_to(self.root) for path in found)
        return sorted(str(path) for path in plain if not path.parts[0].startswith("."))

    def staged(self) -> list[str]:
        """What lies in staging, apart from how things ended."""
        found = (path for path in (self.root / mount.STAGING).rglob("*") if path.is_file())
        return sorted(path.name for path in found if path.suffix != ".over" and path.name != "taken.json")


@pytest.fixture
def depot(tmp_path, monkeypatch) -> Depot:
    root = tmp_path / "repository"
    root.mkdir()
    (root / mount.MARKER).touch()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(root))
    monkeypatch.setenv("ATRIUM_FETCH_ALLOWED_NETWORKS", f"{HERE}/32")
    monkeypatch.setenv("ATRIUM_FETCH_IDLE_SECONDS", "2")
    monkeypatch.setattr("remote_services.appliance_manager.fetching.transfer.FIRST_WAIT_SECONDS", 0.02)
    settings.cache_clear()
    return Depot(root)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    running = Mirror().start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def image(tmp_path_factory) -> bytes:
    """A qcow2 of some MiB that no packing makes small."""
    folder = tmp_path_factory.mktemp("image")
    raw, made = folder / "disk.raw", folder / "disk.qcow2"
    raw.write_bytes(b"\xeb" + bytes(509) + b"\x55\xaa" + b"content!" * (MIB // 2) + bytes(4 * MIB - 512))
    command = ["qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(raw), str(made)]
    subprocess.run(command, check=True, timeout=60)
    return made.read_bytes()


@pytest.fixture
def count(request) -> Callable[[str], None]:
    """Adds one to what the report of the run says of fetching."""

    def add(what: str) -> None:
        counts = request.config.stash[COUNTED].setdefault("fetching:", {})
        counts[what] = counts.get(what, 0) + 1

    return add
