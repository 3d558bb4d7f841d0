"""What happens to an upload besides receiving its bytes: taken in when whole, thrown away when run out.

Used by the HTTP service, whose worker threads call what blocks.
"""

import errno
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from contracts.uploads import UploadFinished, UploadTicket
from contracts.vocabulary import ErrorCode
from remote_services.appliance_manager.announcing import Announcer
from remote_services.appliance_manager.staging import NoRoom, StagedUpload, Staging
from remote_services.appliance_manager.taking_in import folder_of, forget_record, take_in, taken_in
from remote_services.runtime import mount
from remote_services.runtime.errors import RemoteError
from remote_services.runtime.full_disk import room_in

logger = logging.getLogger(__name__)
AT_ONCE = 2


class UploadOver(RemoteError):
    code = ErrorCode.UPLOAD_OVER


class Intake:
    def __init__(self, root: Path, announcer: Announcer) -> None:
        self.root = root
        self.staging = Staging(root)
        self.announcer = announcer
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._finishing: set[UUID] = set()

    def begin(self, ticket: UploadTicket) -> StagedUpload:
        """The upload of the ticket, as far as it is. Raises NoRoom, RepositoryAway, UploadOver."""
        if folder_of(self.root, ticket.enterprise_id, ticket.upload_id).exists():
            raise UploadOver("This upload has become a template already.")
        return self.staging.take(ticket)

    def finish(self, staged: StagedUpload) -> UploadFinished:
        """Take a whole upload in and tell the server, or throw it away and tell why. Blocking.

        Raises RemoteError with a code and words. While the repository is away nothing is thrown away.
        """
        upload_id = staged.ticket.upload_id
        with self._alone_with(upload_id):
            if not staged.folder.exists():
                raise UploadOver("This upload is over.")
            finished = self._taken_in(staged)
            self.announcer.end(finished)
            self.staging.discard(upload_id)
            forget_record(self.root, staged)
        logger.info("upload %s became %s", upload_id, ", ".join(disk.path for disk in finished.disks))
        return finished

    def _taken_in(self, staged: StagedUpload) -> UploadFinished:
        try:
            with self._turns:
                return taken_in(self.root, staged) or take_in(self.root, staged)
        except mount.RepositoryAway:
            raise
        except (RemoteError, OSError) as error:
            refusal = _worded(error, self.root)
            logger.warning("upload %s is refused (%s): %s", staged.ticket.upload_id, refusal.code, refusal)
            self.give_up(staged, str(refusal.code), str(refusal))
            raise refusal from error

    def give_up(self, staged: StagedUpload, code: str, detail: str) -> None:
        """Throw the upload away and tell the server why."""
        self.announcer.failed(staged.ticket.upload_id, code, detail)
        self.staging.discard(staged.ticket.upload_id)

    def tidy(self) -> None:
        """Throw away what has run out; finish what was whole when an earlier process ended."""
        mount.require(self.root)
        for staged in list(self.staging.all()):
            if staged.missing_bytes == 0 and staged.ticket.size_is_exact:
                self.finish_quietly(staged)
            elif staged.has_run_out:
                ticket = staged.ticket
                until = f"{ticket.open_until:%Y-%m-%d %H:%M} UTC"
                detail = f"{staged.offset} of {ticket.size_bytes} bytes had arrived by {until}."
                self.give_up(staged, ErrorCode.UPLOAD_EXPIRED, detail)

    @contextmanager
    def _alone_with(self, upload_id: UUID) -> Iterator[None]:
        """Raises UploadOver while another thread takes the upload in."""
        with self._lock:
            if upload_id in self._finishing:
                raise UploadOver("This upload is being taken in already.")
            self._finishing.add(upload_id)
        try:
            yield
        finally:
            with self._lock:
                self._finishing.discard(upload_id)

    def finish_quietly(self, staged: StagedUpload) -> None:
        """As ``finish``; the server alone hears how it ended."""
        try:
            self.finish(staged)
        except RemoteError:
            return


def _worded(error: RemoteError | OSError, root: Path) -> RemoteError:
    if isinstance(error, RemoteError):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        words = "The template repository became full while the file was taken in"
        return NoRoom(f"{words}: {room_in(root)}.")
    logger.error("an upload could not be taken in", exc_info=error)
    return RemoteError(f"The appliance manager could not store the file: {error.strerror or error}.")
