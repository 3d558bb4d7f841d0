"""Where one fetch works: a folder in staging, what is known of its files, and the sign that it is over.

The sign lies beside the folder and outlasts it, so that a command which comes late does not begin anew.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ValidationError

from contracts.uploads import UploadFinished, UploadTicket
from remote_services.appliance_manager.fetching.transfer import Progress
from remote_services.appliance_manager.staging import PROMISED, StagedUpload
from remote_services.appliance_manager.taking_in import RECORD, folder_of
from remote_services.runtime import mount
from remote_services.runtime.alone import alone
from remote_services.runtime.errors import Cancelled

KEPT_SECONDS = 7 * 24 * 3600
_OVER, _LOCK, _NOTES, _TAKEN = "over", "lock", "fetch.json", "taken.json"


class Notes(BaseModel):
    """What is known of the files, by what they are called in the folder."""

    files: dict[str, Progress] = {}


class Workplace:
    def __init__(self, root: Path, enterprise_id: int, upload_id: UUID) -> None:
        self.root = root
        self.upload_id = upload_id
        self.enterprise_id = enterprise_id
        self.folder = root / mount.STAGING / str(upload_id)
        self.final = folder_of(root, enterprise_id, upload_id)
        self._over = self.folder.with_name(f"{upload_id}.{_OVER}")
        self._notes = self.folder / _NOTES
        self._taken = self.folder / _TAKEN
        self._looked_at, self._was_over = 0.0, False

    @contextmanager
    def opened(self) -> Iterator["Workplace"]:
        """For whoever works there, alone. Raises RepositoryAway, Cancelled."""
        mount.require(self.root)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with alone(self.folder.with_name(f"{self.upload_id}.{_LOCK}"), self._look_up):
            if not self.is_over():
                self.folder.mkdir(exist_ok=True)
            yield self

    def _look_up(self) -> None:
        if self.is_over():
            raise Cancelled("It was cancelled.")

    def is_over(self) -> bool:
        """Whether nobody wants it any more; looked up once a second."""
        now = time.monotonic()
        if not self._was_over and now - self._looked_at > 1:
            self._looked_at, self._was_over = now, self._over.exists()
        return self._was_over

    def end(self) -> None:
        """Nobody wants it any more: remove all there is, and whatever is still to come ends at once.

        Raises RepositoryAway.
        """
        mount.require(self.root)
        self._over.parent.mkdir(parents=True, exist_ok=True)
        self._over.touch()
        # In this order: what is being taken in moves from the one to the other.
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.final, ignore_errors=True)

    def notes(self) -> Notes:
        try:
            return Notes.model_validate_json(self._notes.read_text())
        except (OSError, ValidationError):
            return Notes()

    def write(self, notes: Notes) -> None:
        """Raises FileNotFoundError when the folder was removed meanwhile."""
        _replace(self._notes, notes.model_dump_json())

    def promise(self, size_bytes: int) -> None:
        """Let others know how many bytes will lie here."""
        _replace(self.folder / PROMISED, str(size_bytes))

    def staged(self, file: str = "data", **told: str) -> StagedUpload:
        """One of its files as an upload; ``told`` is what the ticket of one would say."""
        ticket = UploadTicket(
            upload_id=self.upload_id,
            enterprise_id=self.enterprise_id,
            size_bytes=1,
            size_is_exact=False,
            expires_at=datetime.now(UTC),
            open_until=datetime.now(UTC) + timedelta(seconds=KEPT_SECONDS),
            **told,
        )
        staged = StagedUpload(self.folder, ticket)
        staged.data = self.folder / file
        return staged

    def taken(self) -> UploadFinished | None:
        """What an earlier delivery made of it already."""
        for record in (self._taken, self.final / RECORD):
            if self.final.is_dir() and record.is_file():
                return UploadFinished.model_validate_json(record.read_text())
        return None

    def keep_only(self, finished: UploadFinished) -> None:
        """Once it is taken in, nothing but how it ended stays here, for a command that comes again."""
        _replace(self._taken, finished.model_dump_json())
        (self.final / RECORD).unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path != self._taken:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def sweep(root: Path, now: Callable[[], float] = time.time) -> None:
    """Remove what fetches left that nobody asked for lately: signs, ends, and what was given up half-way."""
    for path in (root / mount.STAGING).glob("*"):
        notes = path / _NOTES if (path / _NOTES).exists() else path / _TAKEN
        seen = notes if path.is_dir() and notes.exists() else path
        ours = seen != path or path.suffix == f".{_OVER}"
        try:
            old = ours and now() - max(seen.stat().st_mtime, path.stat().st_mtime) > KEPT_SECONDS
        except FileNotFoundError:
            continue
        if old:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    draft.write_text(text)
    draft.rename(path)
