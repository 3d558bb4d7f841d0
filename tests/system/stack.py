"""The whole product as processes, on the production profile's peers and libvirtd with QEMU.

Every process can be killed and started again by name; ``rest`` talks to it as a client would.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import libvirt
import MySQLdb
import redis
import requests

from tests.peers.libvirt_host import LibvirtHost
from tests.peers.server import free_port

ROOT = Path(__file__).resolve().parents[2]
BOOT_SECONDS = 240
SETTLED_SECONDS = 60
POLL_SECONDS = 0.05
KEY = "key-of-the-datacenter-in-tests"
SERVER_QUEUES = "server.operations,server.reports,server.observations"
REMOTE = (
    ("virtualization", "virtualization_manager", "virtualization"),
    ("fast", "virtualization_manager", "virtualization.fast"),
    ("stream", "virtualization_manager", "virtualization.stream"),
    ("conversion", "conversion_manager", "conversion"),
    ("appliance", "appliance_manager", "appliance"),
    ("copy", "appliance_manager", "appliance.copy"),
    ("fetch", "appliance_manager", "appliance.fetch"),
    ("dhcp", "dhcp", "dhcp"),
)


class Stack:
    """Not started by the constructor. ``directory`` must be short: it holds unix sockets."""

    def __init__(
        self, directory: Path, *, database_url: str, broker_url: str, redis_url: str, host: LibvirtHost
    ):
        self.directory = directory
        self.host = host
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.datacenter_id = UUID(int=uuid4().int)
        self.database_url = database_url
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("ATRIUM_") or "TEST" in name
            },
            "DJANGO_SETTINGS_MODULE": "portal.settings.testing",
            "ATRIUM_DATA_DIR": str(directory),
            "ATRIUM_SECRET_KEY": "only-for-tests-" * 4,
            "ATRIUM_DATABASE_URL": database_url,
            "ATRIUM_BROKER_URL": broker_url,
            "ATRIUM_REDIS_URL": redis_url,
            "ATRIUM_PUBLIC_URL": self.url,
            "ATRIUM_DATACENTER_ID": str(self.datacenter_id),
            "ATRIUM_DATACENTER_KEY": KEY,
            "ATRIUM_STATE_DIR": str(directory / "state"),
            "ATRIUM_REPOSITORY_DIR": str(directory / "repository"),
            "ATRIUM_CONSOLE_LISTEN": f"unix://{directory}/console.sock",
            "ATRIUM_CONSOLE_URI": f"unix://{directory}/console.sock",
            "ATRIUM_NETWORK_NAMESPACE": host.namespace,
            "ATRIUM_HOST_URI": host.uri,
            "ATRIUM_LOG_LEVEL": "WARNING",
        }
        self._commands = self._all_commands()
        self._environments: dict[str, dict[str, str]] = {}
        self._running: dict[str, subprocess.Popen] = {}

    def prepare(self, template: Path) -> None:
        """Migrate and seed; the template's image is copied into the repository."""
        repository = self.directory / "repository"
        repository.mkdir(parents=True)
        shutil.copy(template, repository)
        record = repository / "tiny.json"
        record.write_text(template.with_suffix(".json").read_text())
        self.manage("migrate", "-v0")
        self.manage(
            "seed_demo", "--url", self.url, "--write-logins", str(self.directory / "demo.json"),
            "--template-record", str(record), "--datastore", str(self.host.datastore_dir),
        )  # fmt: skip

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self) -> None:
        """Start everything and wait until it is healthy."""
        for name in self._commands:
            self.start_process(name)
        self.wait_until(self.healthy, BOOT_SECONDS, "healthy")

    def start_process(self, name: str) -> None:
        with (self.directory / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._commands[name], cwd=ROOT,
                env=self.environment | self._environments.get(name, {}),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def add_process(self, name: str, command: list[str], **environment: str) -> None:
        """Start one besides, which is told other things than the rest."""
        self._commands[name], self._environments[name] = command, environment
        self.start_process(name)

    def signal_process(self, name: str, number: int) -> None:
        os.killpg(self._running[name].pid, number)

    def kill_process(self, name: str) -> None:
        """kill -9."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for name in list(self._running):
            try:
                self._running[name].wait(10)
            except subprocess.TimeoutExpired:
                self.kill_process(name)
        self._running.clear()

    def healthy(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            return False

    def logins(self) -> dict[str, tuple[str, str]]:
        """Password by user name, as an auth pair."""
        users = json.loads((self.directory / "demo.json").read_text())["users"]
        return {user["name"]: (user["name"], user["password"]) for user in users}

    def rest(
        self, method: str, path: str, body: Any = None, *, user: str = "demo", **options: Any
    ) -> requests.Response:
        """One call of the REST API; ``path`` may be an absolute link of an answer."""
        url = path if path.startswith("http") else f"{self.url}/api{path}"
        return requests.request(method, url, json=body, auth=self.logins()[user], timeout=30, **options)

    def rows(self, sql: str, *arguments: Any) -> list[tuple]:
        """What the database holds."""
        parts = urlsplit(self.database_url)
        connection = MySQLdb.connect(
            host=parts.hostname, port=parts.port, user=parts.username, password=parts.password or "",
            database=parts.path.strip("/"), autocommit=True,
        )  # fmt: skip
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, arguments)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def wait_until(
        self, condition: Callable[[], Any], seconds: float = SETTLED_SECONDS, what: str = ""
    ) -> Any:
        """What the condition gives once it is true; fails with the logs' last lines when it never is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"not {what or condition} within {seconds} s\n{self.last_words()}")

    def domains(self) -> list[str]:
        """Names of the machines the hypervisor knows."""
        connection = libvirt.open(self.host.uri)
        try:
            return [domain.name() for domain in connection.listAllDomains()]
        finally:
            connection.close()

    def destroy_behind_our_back(self, machine_uuid: str) -> None:
        """What ``virsh destroy`` does."""
        connection = libvirt.open(self.host.uri)
        try:
            connection.lookupByUUIDString(machine_uuid).destroy()
        finally:
            connection.close()

    def empty_redis(self) -> None:
        redis.Redis.from_url(self.environment["ATRIUM_REDIS_URL"]).flushall()

    def last_words(self) -> str:
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-800:]}"
            for log in sorted(self.directory.glob("*.log"))
        )

    def _all_commands(self) -> dict[str, list[str]]:
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A"]
        commands = {
            "web": [*python, "uvicorn", "portal.asgi:application", "--port", str(self.port),
                    "--log-level", "warning"],
            "server": [*celery, "portal.celery", "worker", "-P", "solo", "-Q", SERVER_QUEUES, "-l", "WARNING",
                       "--without-gossip", "--without-mingle"],
            "reconciler": [sys.executable, "manage.py", "run_reconciler", "--every", "1"],
            "monitor": [*python, "remote_services.system_monitor"],
            "console": [*python, "remote_services.console_relay"],
        }  # fmt: skip
        for name, package, queue in REMOTE:
            commands[name] = self.remote_worker(package, f"dc.{self.datacenter_id}.{queue}")
        return commands

    @staticmethod
    def remote_worker(package: str, queue: str) -> list[str]:
        return [
            sys.executable, "-m", "celery", "-A", f"remote_services.{package}.worker", "worker",
            "-P", "threads", "-c", "4", "-Q", queue, "-l", "WARNING",
        ]  # fmt: skip
