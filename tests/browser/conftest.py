"""The whole product with a simulated hypervisor, and browsers on it. Everything is a process."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.peers.server import free_port

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
BOOT_SECONDS = 180
STOP_SECONDS = 40
PATIENCE_MS = 30_000
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Portal:
    """A running installation: where it is and who may sign in."""

    url: str
    passwords: dict[str, str]
    _names: int = field(default=0)

    def new_name(self) -> str:
        """A machine name no other test uses."""
        self._names += 1
        return f"tested-{self._names}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The embedded profile as ``make run HYPERVISOR=simulated`` starts it."""
    directory, port = Path(tempfile.mkdtemp(prefix="atrium-b-")), free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ATRIUM_", "DJANGO_"))
    }
    environment |= {"PORT": str(port), "DATA_DIR": str(directory / "data"), "HYPERVISOR": "simulated"}
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            ["deploy/run-embedded", "run"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process, directory / "log")
        users = json.loads((directory / "data" / "demo.json").read_text())["users"]
        yield Portal(url, {user["name"]: user["password"] for user in users})
    finally:
        _stop(process)
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium():
    """Ends with the module: while Playwright lives its event loop runs, and Django refuses to work."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, dict]:
    """Cookies by user, so that each signs in once."""
    return {}


@pytest.fixture
def open_as(portal, chromium, sessions):
    """``open_as("demo", "/machines/", width=360)`` is a page somebody looks at. Whatever a page's console
    complains of fails the test."""
    contexts, complaints = [], []

    def open_page(user: str, path: str = "/", *, width: int = 1280, scheme: str = "light"):
        if user and user not in sessions:
            sessions[user] = _sign_in(chromium, portal, user)
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce",
            storage_state=sessions.get(user),
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _note(message, complaints))
        page.goto(portal.url + path)
        return page

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _note(message, complaints: list[str]) -> None:
    if message.type in ("error", "warning"):
        complaints.append(f"{message.text} at {message.location.get('url', '')}")


def _sign_in(chromium, portal: Portal, user: str) -> dict:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{portal.url}/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", portal.passwords[user])
    page.click("button[type=submit]")
    page.wait_for_url(f"{portal.url}/")
    state = context.storage_state()
    context.close()
    return state


def _wait_until_healthy(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}/healthz", timeout=5):
                return
        except (HTTPError, URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"the portal did not become healthy:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen) -> None:
    """Ctrl-C."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
