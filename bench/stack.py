"""The production profile on one machine: real servers on free ports, the server's processes, one datacenter.

Everything is ended by the guardian of the test peers, whatever happens to the measuring process.
"""

import os
import secrets
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import libvirt

from bench.accounting import Accounts
from deploy.embedded import namespaces
from tests.peers import libvirt_host, session
from tests.peers.libvirt_host import LibvirtHost
from tests.peers.mariadb import MariaDbServer
from tests.peers.rabbitmq import RabbitMqServer
from tests.peers.redis_server import RedisServer
from tests.peers.server import free_port

DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=512M")
WEB_THREADS = 4
READY_SECONDS = 180
PYTHON = (sys.executable, "-m")
QUIET = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")


class Stack:
    """``start`` brings up the servers and sets the environment; then Django can be set up in this process."""

    def __init__(self) -> None:
        self.guardian = session.Guardian()
        self.directory = session.run_dir()
        self.mariadb = MariaDbServer(self.directory / "mariadb", options=DURABLE)
        self.rabbitmq = RabbitMqServer(self.directory / "rabbitmq")
        self.redis = RedisServer(self.directory / "redis")
        self.host: LibvirtHost | None = None
        self.keeper: libvirt.virConnect | None = None
        self.datacenter_id = uuid4()
        self.web_port, self.socket_port = free_port(), free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.accounts = Accounts(self.roots)

    def start(self) -> None:
        for server in (self.mariadb, self.rabbitmq, self.redis):
            server.start()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "ATRIUM_DATA_DIR": str(self.directory),
            "ATRIUM_SECRET_KEY": secrets.token_urlsafe(48),
            "ATRIUM_DATABASE_URL": self.mariadb.url,
            "ATRIUM_BROKER_URL": self.rabbitmq.url,
            "ATRIUM_REDIS_URL": self.redis.url,
            "ATRIUM_PUBLIC_URL": f"http://127.0.0.1:{self.web_port}",
            "ATRIUM_ALLOWED_HOSTS": "*",
            "ATRIUM_LOG_LEVEL": "WARNING",
        }
        self.manage("migrate", "--verbosity", "0")

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
        if self.host is not None:
            self.host.stop()
        self.guardian.release()

    def last_words(self) -> str:
        """The end of what each process wrote, to find out why a measurement failed."""
        logs = sorted(self.directory.glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-2500:]}" for log in logs)

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], check=True)

    @property
    def simulated_host_uri(self) -> str:
        """libvirt's test driver behind a private libvirtd; all clients share one simulated host."""
        if self.keeper is None:
            self._start_host()
            # The daemon forgets the simulated host with its last connection.
            self.keeper = libvirt.open(self.host.test_driver_uri)
            for domain in self.keeper.listAllDomains():
                domain.destroy()
                domain.undefine()
        return self.host.test_driver_uri

    @property
    def qemu_host_uri(self) -> str:
        """QEMU behind a private libvirtd, without KVM unless the machine has it."""
        self._start_host()
        return self.host.uri

    def _start_host(self) -> None:
        if self.host is None:
            self.host = libvirt_host.new_host()
            self.host.start()

    def stop_web(self) -> None:
        process = self._processes.pop("web")
        process.terminate()
        process.wait(10)

    def start_web(self, settings: str = "portal.settings.production") -> None:
        """Pages and REST by granian (WSGI), sockets by uvicorn, as ``deploy/`` has it in production."""
        self._run(
            "web", *PYTHON, "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(self.web_port), "--workers", "1", "--blocking-threads", str(WEB_THREADS),
            "--log-level", "warning",
            "portal.wsgi:application", DJANGO_SETTINGS_MODULE=settings,
        )  # fmt: skip
        self._wait_for_web()

    def start_sockets(self) -> None:
        self._run(
            "sockets", *PYTHON, "uvicorn", "portal.asgi:application", "--port", str(self.socket_port),
            "--lifespan", "off", "--no-access-log", "--log-level", "warning",
        )  # fmt: skip

    def start_server_workers(self) -> None:
        queues = "server.operations,server.reports,server.observations"
        self._celery("server worker", "portal.celery", queues, "-P", "solo")
        self._run("reconciler", sys.executable, "manage.py", "run_reconciler")

    def start_datacenter(self) -> None:
        """Its remote services, each in a process of its own."""
        queue = f"dc.{self.datacenter_id}"
        virtualization = "remote_services.virtualization_manager.worker"
        self._celery("virtualization", virtualization, f"{queue}.virtualization")
        self._celery("power actions", virtualization, f"{queue}.virtualization.fast")
        self._celery("appliance manager", "remote_services.appliance_manager.worker", f"{queue}.appliance")
        self._celery("dhcp", "remote_services.dhcp.worker", f"{queue}.dhcp")
        self._run("system monitor", *PYTHON, "remote_services.system_monitor")

    def start_conversions(self) -> None:
        """What works behind machines of templates in other formats; one conversion at a time."""
        queue = f"dc.{self.datacenter_id}"
        virtualization = "remote_services.virtualization_manager.worker"
        self._celery("copying behind", virtualization, f"{queue}.virtualization.stream")
        self._celery("conversion", "remote_services.conversion_manager.worker", f"{queue}.conversion")

    def remote_environment(self, name: str) -> dict[str, str]:
        state_dir = self.directory / "remote" / name.replace(" ", "-")
        state_dir.mkdir(parents=True, exist_ok=True)
        return {
            "ATRIUM_DATACENTER_ID": str(self.datacenter_id),
            "ATRIUM_DATACENTER_KEY": "only-for-measuring",
            "ATRIUM_STATE_DIR": str(state_dir),
            "ATRIUM_REPOSITORY_DIR": str(self.repository),
            "ATRIUM_CONVERSION_CONCURRENCY": "1",
            "ATRIUM_NETWORK_NAMESPACE": self.host.namespace if self.host else "",
        }

    @property
    def repository(self) -> Path:
        """The template repository, with an empty disk of 40 MiB as ``tiny.qcow2``."""
        directory = self.directory / "repository"
        image = directory / "tiny.qcow2"
        if not image.exists():
            directory.mkdir(exist_ok=True)
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(image), "40M"], check=True)
        return directory

    def _celery(self, name: str, app: str, queues: str, *more: str) -> None:
        self._run(
            name,
            *PYTHON,
            "celery",
            "-A",
            app,
            "worker",
            "-Q",
            queues,
            "-n",
            f"{uuid4()}@bench",
            *QUIET,
            *more,
        )

    def _run(self, name: str, *command: str, **more: str) -> None:
        environment = os.environ | self.remote_environment(name) | more
        with (self.directory / f"{name.replace(' ', '-')}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        request = Request(
            f"http://127.0.0.1:{self.web_port}/api/version", headers={"X-Forwarded-Proto": "https"}
        )
        while time.monotonic() < deadline:
            with suppress(OSError):
                try:
                    with urlopen(request, timeout=5):
                        return
                except HTTPError as error:
                    raise RuntimeError(
                        f"the web server answers {error.code}: see {self.directory}"
                    ) from error
            time.sleep(0.1)
        raise RuntimeError(f"the web server did not start: see {self.directory}")

    def roots(self) -> dict[str, list[int]]:
        """Processes by role, for accounting."""
        servers = {"MariaDB": self.mariadb, "RabbitMQ": self.rabbitmq, "Redis": self.redis}
        roots = {name: [server.pid] for name, server in servers.items() if server.pid}
        roots |= {name: [process.pid] for name, process in self._processes.items() if process.poll() is None}
        if self.host is not None:
            roots["libvirtd"] = [self.host.pid]
            roots["dnsmasq"] = namespaces.processes(self.host.namespace)
        return roots
