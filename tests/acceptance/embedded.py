"""The embedded profile as a user starts it: the supervisor in a data directory of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.peers.server import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
STOP_SECONDS = 60


class Embedded:
    """``make run`` without its set-up of dependencies. ``HYPERVISOR`` etc. by keyword."""

    def __init__(self, data_dir: Path, **variables: str):
        self.data_dir = data_dir
        self.url = ""
        self.users: dict[str, str] = {}
        self._log = data_dir.with_suffix(".log")
        self._environment = os.environ | {"DATA_DIR": str(data_dir), "PORT": str(free_port()), **variables}
        self._environment = {k: v for k, v in self._environment.items() if k != "DJANGO_SETTINGS_MODULE"}
        self._process: subprocess.Popen | None = None

    def start(self) -> float:
        """Start and wait until it is healthy; the seconds that took."""
        began = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.embedded", "run"], cwd=ROOT, env=self._environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        url = f"http://127.0.0.1:{self._environment['PORT']}"
        while not self._ready(url):
            assert self._process.poll() is None, self._log.read_text()[-3000:]
            assert time.monotonic() - began < START_SECONDS, self._log.read_text()[-3000:]
            time.sleep(0.2)
        logins = json.loads((self.data_dir / "demo.json").read_text())
        self.url = logins["url"]
        self.users = {user["name"]: user["password"] for user in logins["users"]}
        return time.monotonic() - began

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGINT)
        status = self._process.wait(STOP_SECONDS)
        self._process = None
        return status

    def rest(self, method: str, path: str, body: Any = None, *, user: str = "demo") -> requests.Response:
        """One call of the REST API; ``path`` may be an absolute link of an answer."""
        url = path if path.startswith("http") else f"{self.url}/api{path}"
        return requests.request(method, url, json=body, auth=(user, self.users[user]), timeout=30)

    def wait_until(self, condition: Callable[[], Any], seconds: float, what: str = "") -> Any:
        """What the condition gives once it is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"not {what or condition} within {seconds} s")

    def leftovers(self) -> list[str]:
        """Processes that carry this data directory in their environment or arguments."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
                state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if str(self.data_dir).encode() in told and state != "Z" and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        return found

    def _ready(self, url: str) -> bool:
        try:
            return (
                requests.get(f"{url}/healthz", timeout=5).status_code == 200
                and (self.data_dir / "demo.json").exists()
            )
        except requests.RequestException:
            return False
