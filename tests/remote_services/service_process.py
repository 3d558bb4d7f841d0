"""A remote service as a process of its own, and the server's end of its queues."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from kombu import Connection, Exchange, Queue

from contracts.base import (
    COMMAND_TASK,
    OBSERVATION_QUEUE,
    REPORT_QUEUE,
    SERVER_EXCHANGE,
    Command,
    Report,
)
from contracts.monitoring import OBSERVATIONS
from contracts.vocabulary import Service, queue_name
from remote_services.runtime.broker import Publisher, is_redis, queue

ROOT = Path(__file__).resolve().parents[2]
WITHIN_SECONDS = 30.0


class Mailbox:
    """Sends commands as the server does, and collects what comes back."""

    def __init__(self, broker_url: str, datacenter_id: UUID) -> None:
        self.broker_url = broker_url
        self._datacenter_id = datacenter_id
        self._publisher = Publisher(broker_url)
        self.reports: list[Report] = []
        self.observations: list = []

    def send(self, command: Command, service: Service = Service.VIRTUALIZATION) -> Command:
        self.send_text(command.model_dump_json().encode(), service)
        return command

    def send_text(self, text: bytes, service: Service = Service.VIRTUALIZATION) -> None:
        self._publisher.send(queue_name(self._datacenter_id, service), COMMAND_TASK, text)

    def outcomes(self, command_id: UUID) -> list[str]:
        return [report.outcome.type for report in self.reports if report.command_id == command_id]

    def end_of(self, command: Command, within_seconds: float = WITHIN_SECONDS):
        """The Succeeded or Failed of a command."""
        ends: list = []

        def arrived() -> bool:
            ends[:] = [
                report.outcome
                for report in self.reports
                if report.command_id == command.command_id and report.outcome.type in ("succeeded", "failed")
            ]
            return bool(ends)

        assert self.wait_for(arrived, within_seconds), f"no end of {command.type}; {self.reports}"
        return ends[0]

    def wait_for(self, condition: Callable[[], bool], within_seconds: float = WITHIN_SECONDS) -> bool:
        """Collect until the condition holds. False when it did not in time."""
        deadline = time.monotonic() + within_seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            try:
                self.collect(0.3)
            except OSError:
                time.sleep(0.2)
        return condition()

    def collect(self, seconds: float) -> None:
        """Take in what arrives within that time. Raises OSError when the broker is away."""
        with Connection(self.broker_url, connect_timeout=2) as connection:
            connection.connect()
            queues = [server_queue(name, self.broker_url) for name in (REPORT_QUEUE, OBSERVATION_QUEUE)]
            deadline = time.monotonic() + seconds
            with connection.Consumer(queues, on_message=self._take, prefetch_count=100):
                while (left := deadline - time.monotonic()) > 0:
                    try:
                        connection.drain_events(timeout=left)
                    except TimeoutError:
                        return

    def _take(self, message) -> None:
        body = message.payload[0][0]
        if message.delivery_info["routing_key"] == REPORT_QUEUE:
            self.reports.append(Report.model_validate(body))
        else:
            self.observations.append(OBSERVATIONS.validate_python(body))
        message.ack()


def server_queue(name: str, broker_url: str) -> Queue:
    """One of the server's queues, bound as the server binds it."""
    if is_redis(broker_url):
        return queue(name, broker_url)
    exchange = Exchange(SERVER_EXCHANGE, type="direct", durable=True)
    arguments = {"x-queue-type": "quorum"}
    return Queue(name, exchange=exchange, routing_key=name, durable=True, queue_arguments=arguments)


class ServiceProcess:
    """``python -m <arguments>`` with the environment of a remote service."""

    def __init__(self, *arguments: str, environment: dict[str, str], log: Path) -> None:
        self._arguments = arguments
        self._environment = environment
        self.log = log
        self._process: subprocess.Popen | None = None

    def start(self) -> "ServiceProcess":
        with self.log.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._arguments],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        return self

    def stop(self, within_seconds: float = 15.0) -> int:
        """Its exit status after SIGTERM."""
        return self._end(signal.SIGTERM, within_seconds)

    def kill(self) -> None:
        self._end(signal.SIGKILL, 5)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def most_resident_mib(self) -> int:
        """The most memory it had resident at once."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    def cpu_seconds(self) -> float:
        """What it has used until now, in its own and the kernel's code."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _end(self, number: signal.Signals, within_seconds: float) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        try:
            return process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
            raise


def celery_arguments(module: str) -> tuple[str, ...]:
    return ("celery", "-A", module, "worker", "-P", "threads", "-c", "4", "-l", "INFO")
