"""A child process of the supervisor: its log file, its process group, its restarts."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
LOG_LIMIT_BYTES = 20 * 1024 * 1024


@dataclass
class Child:
    """One program that has to run as long as the supervisor does.

    `ready` tells whether it serves; a child without it serves as soon as it runs.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    log_dir: Path
    working_dir: Path
    ready: Callable[[], bool] | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started_at: float = 0.0
    _delay_seconds: float = FIRST_DELAY_SECONDS
    _start_again_at: float = 0.0

    @property
    def log_file(self) -> Path:
        return self.log_dir / f"{self.name}.log"

    def start(self) -> None:
        """Start it in a process group of its own, so that the terminal's Ctrl-C does not reach it."""
        self._keep_log_short()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, env=self.environment, cwd=self.working_dir,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._started_at = time.monotonic()
        self._start_again_at = 0.0

    def is_ready(self) -> bool:
        return self.is_running() and (self.ready is None or self.ready())

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def heal(self) -> str:
        """Start it again if it ended, after a growing pause. What there is to tell, else nothing."""
        if self.is_running() or self._process is None:
            return ""
        now = time.monotonic()
        if not self._start_again_at:
            self._plan_restart(now)
            return f"{self.name} ended ({self._how_it_ended()}) and is started again; see {self.log_file}"
        if now >= self._start_again_at:
            self._end_group(signal.SIGKILL)
            self.start()
        return ""

    def ask_to_stop(self) -> None:
        if self.is_running():
            self._end_group(signal.SIGTERM)

    def make_stop(self, *, grace_seconds: float) -> None:
        """Wait for the end that was asked for, then force it; nothing of its process group stays."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace_seconds)
        self._kill_group(process.pid, signal.SIGKILL)
        process.wait()

    def _plan_restart(self, now: float) -> None:
        if now - self._started_at > STEADY_AFTER_SECONDS:
            self._delay_seconds = FIRST_DELAY_SECONDS
        self._start_again_at = now + self._delay_seconds
        self._delay_seconds = min(self._delay_seconds * 2, LONGEST_DELAY_SECONDS)

    def _how_it_ended(self) -> str:
        code = self._process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"

    def _end_group(self, number: signal.Signals) -> None:
        self._kill_group(self._process.pid, number)

    @staticmethod
    def _kill_group(pid: int, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)

    def _keep_log_short(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
