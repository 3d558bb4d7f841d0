"""Where the files of a new template are made: a folder in staging that becomes the template's by one rename.

What is not wanted any more is marked on disk, so that the mark reaches whichever process copies, and any
delivery that comes too late.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from remote_services.appliance_manager.taking_in import folder_of, publish
from remote_services.images.sandbox import Cancelled
from remote_services.runtime import mount
from remote_services.runtime.alone import alone
from remote_services.runtime.errors import TimedOut

_KEPT_SECONDS = 7 * 24 * 3600
_END_SECONDS = 60


class Workshop:
    """Of one copy. Its methods block, and raise RepositoryAway while the repository is not mounted."""

    def __init__(self, root: Path, enterprise_id: int, copy_id: UUID) -> None:
        self.root = root
        self.final = folder_of(root, enterprise_id, copy_id)
        staging = root / mount.STAGING
        self._folder = staging / f"copy-{copy_id}"
        self._lock = staging / f".copy-{copy_id}.lock"
        self._mark = staging / f"copy-{copy_id}.unwanted"

    def make(self, fill: Callable[[Path], None]) -> Path:
        """The template's folder: as an earlier delivery made it, or filled now. ``fill`` finds what was
        finished before its process was killed. Raises Cancelled, and what ``fill`` raises."""
        mount.require(self.root)
        self._lock.parent.mkdir(exist_ok=True)
        self._tidy()
        self.look_up()
        with alone(self._lock, self.look_up):
            if not self.final.exists():
                self._folder.mkdir(exist_ok=True)
                fill(self._folder)
                self.look_up()
                publish(self._folder, self.final)
        return self.final

    def is_unwanted(self) -> bool:
        return self._mark.exists()

    def look_up(self) -> None:
        """Raises Cancelled when somebody asked for the end."""
        if self.is_unwanted():
            raise Cancelled("It was cancelled.")

    def cancel(self) -> None:
        """Also of work whose command comes later: cancelling overtakes what waits."""
        mount.require(self.root)
        self._mark.parent.mkdir(exist_ok=True)
        self._mark.touch()

    def discard(self) -> None:
        """Remove all there is, after whoever still makes it has stopped. Raises TimedOut."""
        self.cancel()
        deadline = time.monotonic() + _END_SECONDS
        with alone(self._lock, lambda: _require_time(deadline)):
            shutil.rmtree(self._folder, ignore_errors=True)
            shutil.rmtree(self.final, ignore_errors=True)

    def _tidy(self) -> None:
        """What nobody came back to for a week."""
        old = time.time() - _KEPT_SECONDS
        for path in self._mark.parent.glob("copy-*"):
            if path.stat().st_mtime < old:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _require_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimedOut(f"The copy did not end within {_END_SECONDS} s.")
