"""One run of the embedded profile, from the checks to the last process ended."""

import contextlib
import fcntl
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from deploy.embedded import clearing, paths
from deploy.embedded.child import Child
from deploy.embedded.identity import Identity
from deploy.embedded.installation import Installation
from deploy.embedded.options import Options
from deploy.embedded.preparation import prepare
from deploy.embedded.private_libvirtd import PrivateLibvirtd
from deploy.embedded.supervisor import Supervisor

HEALTH_TIMEOUT_SECONDS = 120.0


class AlreadyRunning(Exception):
    """Another supervisor holds this data directory."""


class NotHealthy(Exception):
    """Everything was started, yet the portal reports problems; the message lists them."""


class StopRequested(Exception):
    """Ctrl-C, a closed terminal or SIGTERM."""


def tell(line: str) -> None:
    """One line for the user."""
    print(line, flush=True)


def run(options: Options) -> None:
    """Start everything, wait until healthy, keep it running until asked to stop, end everything."""
    options = options.with_appliance_port()
    for directory in (options.data_dir, options.log_dir, options.repository_dir, options.datastore_dir):
        directory.mkdir(parents=True, exist_ok=True)
    options.data_dir.chmod(0o700)
    with held(options.data_dir), _cleared_at_the_end(options.data_dir), contextlib.suppress(StopRequested):
        _stop_on_signals()
        options.socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        host = None if options.simulated else PrivateLibvirtd(clearing.host_directory(options.data_dir))
        installation = Installation(options, Identity.of(options.data_dir), host)
        supervisor = Supervisor(tell, host)
        try:
            _start(installation, supervisor)
            _announce(options)
            supervisor.keep_running()
        finally:
            _ignore_signals()
            tell("Stopping…")
            supervisor.stop()


@contextlib.contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Keep every other supervisor away from the data directory. Raises AlreadyRunning."""
    with (data_dir / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Atrium already runs with DATA_DIR={data_dir}.") from None
        yield


@contextlib.contextmanager
def _cleared_at_the_end(data_dir: Path) -> Iterator[None]:
    clearing.clear(data_dir)
    command = [sys.executable, "-m", "deploy.embedded.clearing", str(data_dir)]
    cleaner = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=paths.PROJECT_DIR, start_new_session=True)
    try:
        yield
    finally:
        cleaner.communicate()


def _start(installation: Installation, supervisor: Supervisor) -> None:
    options = installation.options
    tell("Starting the broker and the hypervisor…" if installation.host else "Starting the broker…")
    redis = _child(installation, "redis", installation.redis_command(), installation.shared_environment())
    redis.ready = lambda: _redis_answers(installation.redis_socket)
    supervisor.start(redis)
    supervisor.start_host()
    supervisor.wait_until_ready(redis)
    for name, command in installation.remote_commands().items():
        supervisor.start(_child(installation, name, command, installation.remote_environment(name)))
    tell("Preparing database, template and demonstration…")
    prepare(installation)
    for name, command in installation.server_commands().items():
        supervisor.start(_child(installation, name, command, installation.server_environment()))
    tell("Waiting until everything answers…")
    _wait_until_healthy(options, supervisor)


def _child(installation: Installation, name: str, command: list[str], environment: dict[str, str]) -> Child:
    return Child(name, command, environment, installation.options.log_dir, paths.PROJECT_DIR)


def _redis_answers(address: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(address))
        peer.sendall(b"PING\r\n")
        return peer.recv(16).startswith(b"+PONG")
    return False


def _wait_until_healthy(options: Options, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + HEALTH_TIMEOUT_SECONDS
    problems: list[str] = []

    def settled() -> bool:
        problems[:] = _problems(options)
        return not problems or time.monotonic() > deadline

    supervisor.keep_running(until=settled)
    if problems:
        raise NotHealthy(f"Not healthy after {HEALTH_TIMEOUT_SECONDS:.0f} s: {'; '.join(problems)}.")


def _problems(options: Options) -> list[str]:
    try:
        with urllib.request.urlopen(f"{options.url}/healthz", timeout=5) as answer:
            return [] if answer.status == 200 else ["the portal is not ready"]  # noqa: PLR2004  HTTP's OK
    except urllib.error.HTTPError as error:
        return _told_problems(error)
    except OSError as error:
        return [f"the portal does not answer ({error}); see {options.log_dir / 'web.log'}"]


def _told_problems(error: urllib.error.HTTPError) -> list[str]:
    try:
        return json.load(error).get("problems") or [f"/healthz answers {error.code}"]
    except ValueError:
        return [f"/healthz answers {error.code}"]


def _announce(options: Options) -> None:
    logins = json.loads(options.logins_file.read_text())["users"]
    width = {key: max(len(user[key]) for user in logins) for key in ("name", "password", "role")}
    tell(f"\nAtrium runs at {options.url}\n")
    for user in logins:
        columns = (user[key].ljust(width[key]) for key in width)
        tell("  " + "   ".join((*columns, user["enterprise"])))
    tell(
        f"\nThe logins are in {options.logins_file}, the logs in {options.log_dir}. Ctrl-C stops everything."
    )


def _stop_on_signals() -> None:
    def stop(*_: Any) -> NoReturn:
        _ignore_signals()
        raise StopRequested

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
