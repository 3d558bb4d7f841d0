"""Reports the broker would not take, kept on disk until it does. A report may be sent twice, never lost."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 15.0


class Spool:
    """A folder of JSON files and a thread that sends them, oldest first, with back-off.

    Processes of one host may share the folder: each sends what it finds.
    """

    def __init__(self, folder: Path, send: Callable[[bytes], None]) -> None:
        self._folder = folder
        self._send = send
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        self._woken.set()
        self._thread.start()

    def stop(self) -> None:
        """Stop sending; what is on disk is sent by the next process."""
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def keep(self, report_json: bytes) -> None:
        """Return once the report would survive a power failure. Raises OSError when the disk refuses."""
        final = self._folder / f"{uuid4()}.json"
        draft = final.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(report_json)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(final)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._woken.set()

    def send_all(self) -> None:
        """Send what is there. Raises what the sender raises, leaving the rest for later."""
        for file in sorted(self._folder.glob("*.json"), key=_age):
            try:
                report = file.read_bytes()
            except FileNotFoundError:
                continue
            self._send(report)
            file.unlink(missing_ok=True)

    def _run(self) -> None:
        wait_seconds = FIRST_WAIT_SECONDS
        while not self._stopped.is_set():
            self._woken.wait(timeout=LONGEST_WAIT_SECONDS)
            self._woken.clear()
            try:
                self.send_all()
                wait_seconds = FIRST_WAIT_SECONDS
            except Exception as error:  # noqa: BLE001  any refusal is the same to us: try again later
                logger.warning("reports wait in %s: %s", self._folder, error)
                self._stopped.wait(wait_seconds)
                self._woken.set()
                wait_seconds = min(wait_seconds * 2, LONGEST_WAIT_SECONDS)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
