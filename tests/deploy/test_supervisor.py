"""Children are started again when they end and are gone, with all they started, after a stop."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.embedded import processes
from deploy.embedded.child import Child
from deploy.embedded.supervisor import ChildDidNotStart, Supervisor

WRITE_PID_AND_SLEEP = (
    "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
)
IGNORE_TERMINATION = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WRITE_PID_AND_SLEEP


class Watched:
    """One child under a supervisor, in a directory of its own."""

    def __init__(self, directory: Path, program: str) -> None:
        self.told: list[str] = []
        self.supervisor = Supervisor(self.told.append)
        self.pid_file = directory / "pid"
        environment = dict(os.environ)
        self.child = Child("worker", [sys.executable, "-c", program], environment, directory, directory)
        self.supervisor.start(self.child)

    def pid(self) -> int:
        self.until(self.pid_file.exists)
        self.until(lambda: self.pid_file.read_text())
        return int(self.pid_file.read_text())

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        self.supervisor.keep_running(until=lambda: bool(condition()) or time.monotonic() > deadline)
        assert condition()


def test_a_killed_child_is_started_again_and_the_user_is_told(tmp_path):
    watched = Watched(tmp_path, WRITE_PID_AND_SLEEP)
    first = watched.pid()
    watched.pid_file.unlink()
    os.kill(first, signal.SIGKILL)
    assert watched.pid() != first
    assert "killed by SIGKILL" in watched.told[0]
    watched.supervisor.stop()


def test_a_child_that_ends_at_once_is_tried_ever_more_rarely(tmp_path):
    watched = Watched(tmp_path, "import sys; print('no'); sys.exit(3)")
    begun = time.monotonic()
    watched.until(lambda: len(watched.told) == 3)
    assert time.monotonic() - begun > 1.0
    assert "exit status 3" in watched.told[0]
    watched.supervisor.stop()


def test_a_child_that_ignores_the_request_to_stop_is_forced(tmp_path, monkeypatch):
    monkeypatch.setattr("deploy.embedded.supervisor.GRACE_SECONDS", 0.5)
    watched = Watched(tmp_path, IGNORE_TERMINATION)
    pid = watched.pid()
    watched.supervisor.stop()
    assert not processes.is_alive(pid)


def test_what_a_child_started_ends_with_it(tmp_path):
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WRITE_PID_AND_SLEEP!r}])"
    watched = Watched(tmp_path, program)
    grandchild = watched.pid()
    watched.supervisor.stop()
    watched.until(lambda: not processes.is_alive(grandchild))


def test_a_child_that_never_gets_ready_is_named_with_its_log(tmp_path):
    watched = Watched(tmp_path, "raise SystemExit('no')")
    watched.child.ready = lambda: True
    time.sleep(1)
    with pytest.raises(ChildDidNotStart, match=r"worker did not start; see .*worker\.log"):
        watched.supervisor.wait_until_ready(watched.child)
    watched.supervisor.stop()
