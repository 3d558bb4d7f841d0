"""Tells the server what becomes of uploads: ends are kept on disk until the broker has them, progress is
best effort and at most once a second."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from contracts.base import OBSERVATION_QUEUE, OBSERVATION_TASK
from contracts.uploads import UploadFailed, UploadProgressed
from remote_services.runtime.broker import Publisher
from remote_services.runtime.reporting import observe
from remote_services.runtime.spool import Spool

logger = logging.getLogger(__name__)
PROGRESS_SECONDS = 1.0


class Announcer:
    def __init__(self, publisher: Publisher, state_dir: Path) -> None:
        self._publisher = publisher
        self._spool = Spool(state_dir / "announcements", self._send)
        self._received: dict[UUID, int] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress of uploads", daemon=True)

    def start(self) -> None:
        self._spool.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._spool.stop()

    def progress(self, upload_id: UUID, received_bytes: int) -> None:
        """Cheap: only the newest number of each upload is sent."""
        with self._lock:
            self._received[upload_id] = received_bytes

    def tell(self, observation: BaseModel) -> None:
        """Blocking, best effort: for what is told again some day."""
        observe(self._publisher, observation)

    def end(self, announcement: BaseModel) -> None:
        """Blocking; returns once it would survive a power failure. Raises OSError when the disk refuses."""
        with self._lock:
            self._received.pop(announcement.upload_id, None)
        self._spool.keep(announcement.model_dump_json().encode())

    def failed(self, upload_id: UUID, code: str, detail: str) -> None:
        """As ``end``."""
        self.end(UploadFailed(upload_id=upload_id, code=code, detail=detail, observed_at=datetime.now(UTC)))

    def _send(self, announcement_json: bytes) -> None:
        self._publisher.send(OBSERVATION_QUEUE, OBSERVATION_TASK, announcement_json)

    def _run(self) -> None:
        while not self._stopped.wait(PROGRESS_SECONDS):
            with self._lock:
                received, self._received = self._received, {}
            for upload_id, received_bytes in received.items():
                progress = UploadProgressed(
                    upload_id=upload_id, received_bytes=received_bytes, observed_at=datetime.now(UTC)
                )
                observe(self._publisher, progress)
        self._publisher.forget_connection()
