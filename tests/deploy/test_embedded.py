"""The whole embedded profile is started, hurt and stopped; nothing stays."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.embedded import clearing, namespaces, paths, processes
from deploy.embedded.installation import INSTANCE_VARIABLE
from tests.peers import libvirt_host as hosts
from tests.peers.server import free_port

pytestmark = [pytest.mark.hypervisor, pytest.mark.slow, pytest.mark.timeout(600)]
START_SECONDS = 240
HEAL_SECONDS = 60


class Embedded:
    """`make run` without the set-up of dependencies."""

    def __init__(self, data_dir: Path, hypervisor: str) -> None:
        self.data_dir, self.port = data_dir, free_port()
        chosen = {"DATA_DIR": str(data_dir), "PORT": str(self.port), "HYPERVISOR": hypervisor}
        self.environment = os.environ | chosen
        self.output = data_dir.with_suffix(".out")

    def start(self) -> None:
        with self.output.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.embedded", "run"],
                cwd=paths.PROJECT_DIR, env=self.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
            )  # fmt: skip
        self.eventually(lambda: "Ctrl-C stops everything" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return True
        except OSError:
            return False

    def workers(self) -> list[int]:
        marked = processes.marked_processes(INSTANCE_VARIABLE, str(self.data_dir))
        return [pid for pid in marked if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        self.process.send_signal(number)
        self.process.wait(60)

    def leaves_nothing(self) -> bool:
        namespace = paths.namespace_name(clearing.host_directory(self.data_dir))
        marked = processes.marked_processes(INSTANCE_VARIABLE, str(self.data_dir))
        return (
            not marked and not namespaces.exists(namespace) and not paths.socket_dir(self.data_dir).exists()
        )

    @staticmethod
    def eventually(condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.2)


@pytest.fixture(params=["libvirt", "simulated"])
def embedded(request, tmp_path) -> Iterator[Embedded]:
    if request.param == "libvirt" and hosts.why_impossible():
        pytest.skip(hosts.why_impossible())
    running = Embedded(tmp_path / "data", request.param)
    running.start()
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_tells_the_logins_heals_its_workers_and_stops_without_a_trace(embedded):
    logins = embedded.data_dir / "demo.json"
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    told = json.loads(logins.read_text())
    assert told["url"] == f"http://127.0.0.1:{embedded.port}"
    assert [set(user) for user in told["users"]] == [{"name", "password", "role", "enterprise"}] * 3
    assert {user["role"] for user in told["users"]} == {"CLOUD_ADMIN", "ENTERPRISE_ADMIN", "USER"}

    killed = embedded.workers()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    embedded.eventually(lambda: len(set(embedded.workers()) - set(killed)) == len(killed), HEAL_SECONDS)
    embedded.eventually(embedded.healthy, HEAL_SECONDS)

    embedded.stop()
    assert embedded.process.returncode == 0
    assert embedded.leaves_nothing()

    begun = time.monotonic()
    embedded.start()
    assert json.loads(logins.read_text()) == told
    assert time.monotonic() - begun < START_SECONDS / 4
    embedded.stop(signal.SIGKILL)
    embedded.eventually(embedded.leaves_nothing, HEAL_SECONDS)
