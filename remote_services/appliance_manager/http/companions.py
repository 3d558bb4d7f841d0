"""What goes on beside the requests: the repository is marked, tidied and told of."""

import logging
import threading
import time
from pathlib import Path
from uuid import UUID

from remote_services.appliance_manager.fetching.workplace import sweep
from remote_services.appliance_manager.intake import Intake
from remote_services.appliance_manager.looking import look
from remote_services.runtime import mount

logger = logging.getLogger(__name__)
TIDY_SECONDS = 30.0
LOOK_SECONDS = 600.0


class Caretaker:
    """A thread; what fails is tried again the next time."""

    def __init__(self, intake: Intake, datacenter_id: UUID, state_dir: Path) -> None:
        self._intake = intake
        self._datacenter_id = datacenter_id
        self._state_dir = state_dir
        self._stopped = threading.Event()
        self._look_at = 0.0
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                mount.claim(self._intake.root, self._state_dir)
                self._intake.tidy()
                sweep(self._intake.root)
                self._look_sometimes()
            except mount.RepositoryAway as error:
                logger.warning("%s", error)
                self._look_sometimes()
            except Exception:
                logger.exception("tidying the template repository failed")
            self._stopped.wait(TIDY_SECONDS)

    def _look_sometimes(self) -> None:
        if time.monotonic() >= self._look_at:
            self._intake.announcer.tell(look(self._intake.root, self._datacenter_id))
            self._look_at = time.monotonic() + LOOK_SECONDS
