"""Signs of life of commands that take longer than a moment: one thread for all of them."""

import threading
import time
from uuid import UUID

from contracts.base import Progressed, Started
from remote_services.runtime.reporting import Reporter

FIRST_BEAT_SECONDS = 0.5
BEAT_SECONDS = 5.0
PROGRESS_SECONDS = 1.0
_TICK_SECONDS = 0.1


class Beat:
    """One running command; it is the context its handler gets."""

    def __init__(self, command_id: UUID, now: float) -> None:
        self.command_id = command_id
        self._lock = threading.Lock()
        self._due = now + FIRST_BEAT_SECONDS
        self._last = 0.0
        self._started = False
        self._finished = False
        self._percent: int | None = None
        self._reported_percent: int | None = None

    def progress(self, percent: int) -> None:
        self._percent = max(0, min(100, int(percent)))

    def finish(self) -> None:
        """After this returns no sign of life of the command is sent any more."""
        with self._lock:
            self._finished = True

    def beat(self, now: float, reporter: Reporter) -> None:
        if not self._is_due(now):
            return
        with self._lock:
            if self._finished:
                return
            outcome = Progressed(percent=self._percent) if self._started else Started()
            self._reported_percent = self._percent if self._started else None
            self._started, self._last, self._due = True, now, now + BEAT_SECONDS
            reporter.sign_of_life(self.command_id, outcome)

    def _is_due(self, now: float) -> bool:
        news = (
            self._started and self._percent != self._reported_percent and now >= self._last + PROGRESS_SECONDS
        )
        return news or now >= self._due


class Heartbeats:
    """The beats of all running commands. The thread sleeps while nothing runs."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._running: dict[UUID, Beat] = {}
        self._busy = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeats", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._busy.set()

    def begin(self, command_id: UUID) -> Beat:
        beat = self._running[command_id] = Beat(command_id, time.monotonic())
        if not self._busy.is_set():
            self._busy.set()
        return beat

    def end(self, beat: Beat) -> None:
        self._running.pop(beat.command_id, None)
        beat.finish()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._busy.wait()
            self._stopped.wait(_TICK_SECONDS)
            now = time.monotonic()
            for beat in list(self._running.values()):
                beat.beat(now, self._reporter)
            if not self._running:
                self._sleep()

    def _sleep(self) -> None:
        self._busy.clear()
        if self._running or self._stopped.is_set():
            self._busy.set()
