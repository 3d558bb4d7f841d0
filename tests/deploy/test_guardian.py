"""A pytest run that is killed leaves no server behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.embedded import paths, processes
from tests.peers import session

pytestmark = pytest.mark.server

RUN = """
import json, os, sys, time
from tests.peers import session
from tests.peers.redis_server import RedisServer
guardian = session.Guardian()
server = RedisServer(session.run_dir() / "redis")
server.start()
print(json.dumps({"run": session.run_id(), "directory": str(session.run_dir())}), flush=True)
time.sleep(60)
"""


def test_servers_and_files_of_a_killed_run_are_removed():
    environment = {name: value for name, value in os.environ.items() if name != session.RUN_VARIABLE}
    run = subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=paths.PROJECT_DIR, env=environment, stdout=subprocess.PIPE, text=True
    )
    told = json.loads(run.stdout.readline())
    assert processes.marked_processes(session.RUN_VARIABLE, told["run"])
    run.send_signal(signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + 30
    while processes.marked_processes(session.RUN_VARIABLE, told["run"]) or Path(told["directory"]).exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
