"""One test run: its directory, what it started, and how all of it ends whatever happens to pytest."""

import fcntl
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.embedded import paths

RUN_VARIABLE = "ATRIUM_TEST_RUN"
GUARDIAN_PATIENCE_SECONDS = 60.0


class Guardian:
    """A process that ends everything this run started as soon as our end of its pipe closes.

    The kernel closes the pipe even when pytest is killed, so nothing depends on an orderly end.
    """

    def __init__(self) -> None:
        run_id = f"{os.getpid():x}{secrets.token_hex(2)}"
        environment = {key: value for key, value in os.environ.items() if key != RUN_VARIABLE}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.peers.guardian", run_id],
            stdin=subprocess.PIPE,
            cwd=paths.PROJECT_DIR,
            env=environment,
            start_new_session=True,
        )
        os.environ[RUN_VARIABLE] = run_id

    def release(self) -> None:
        """Let it clean up and wait until it has."""
        self._process.stdin.close()
        self._process.wait(GUARDIAN_PATIENCE_SECONDS)
        os.environ.pop(RUN_VARIABLE, None)


def run_id() -> str:
    """Names this run; every process started by it carries it in its environment."""
    return os.environ[RUN_VARIABLE]


def run_dir() -> Path:
    """Directory of this run, shared by all its pytest workers and removed at its end."""
    directory = directory_of(run_id())
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def directory_of(identifier: str) -> Path:
    """Directory of the run with that identifier."""
    return paths.PROJECT_DIR / "var" / "test" / identifier


def namespace_prefix(identifier: str) -> str:
    """Beginning of the names of the run's network namespaces."""
    return f"atrium-test-{identifier}-"


def started_once(name: str, start: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What `start` answered, called by whichever pytest worker asks first."""
    record = run_dir() / f"{name}.json"
    with (run_dir() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            record.write_text(json.dumps(start()))
    return json.loads(record.read_text())
