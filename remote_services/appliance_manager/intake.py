"""What happens to an upload besides receiving its bytes: taken in when whole, thrown away when run out.

Used by the HTTP service, whose worker threads call what blocks.
"""

import errno
import logging
import threading
from pathlib import Path
from uuid import UUID

from contracts.uploads import UploadFinished
from contracts.vocabulary import ErrorCode
from remote_services.appliance_manager import mount
from remote_services.appliance_manager.announcing import Announcer
from remote_services.appliance_manager.discarding import discard
from remote_services.appliance_manager.staging import NoRoom, StagedUpload, Staging
from remote_services.appliance_manager.taking_in import forget_record, take_in, taken_in
from remote_services.runtime.errors import RemoteError

logger = logging.getLogger(__name__)
AT_ONCE = 2


class Intake:
    def __init__(self, root: Path, announcer: Announcer) -> None:
        self.root = root
        self.staging = Staging(root)
        self.announcer = announcer
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def finish(self, staged: StagedUpload) -> UploadFinished:
        """Take a whole upload in and tell the server, or throw it away and tell why. Blocking.

        Raises RemoteError with a code and words. While the repository is away nothing is thrown away.
        """
        upload_id = staged.ticket.upload_id
        try:
            with self._turns:
                finished = taken_in(self.root, staged) or take_in(self.root, staged)
        except mount.RepositoryAway:
            raise
        except (RemoteError, OSError) as error:
            refusal = _worded(error)
            logger.warning("upload %s is refused (%s): %s", upload_id, refusal.code, refusal)
            self.give_up(staged, str(refusal.code), str(refusal))
            raise refusal from error
        self.announcer.end(finished)
        self.staging.discard(upload_id)
        forget_record(self.root, staged)
        logger.info("upload %s became %s", upload_id, ", ".join(disk.path for disk in finished.disks))
        return finished

    def give_up(self, staged: StagedUpload, code: str, detail: str) -> None:
        """Throw the upload away and tell the server why."""
        self.announcer.failed(staged.ticket.upload_id, code, detail)
        discard(self.root, staged.ticket.enterprise_id, staged.ticket.upload_id)

    def discard(self, enterprise_id: int, upload_id: UUID) -> None:
        """Throw away what there is of it, silently."""
        self.staging.discard(upload_id)
        discard(self.root, enterprise_id, upload_id)

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

    def finish_quietly(self, staged: StagedUpload) -> None:
        """As ``finish``; the server alone hears how it ended."""
        try:
            self.finish(staged)
        except RemoteError:
            return


def _worded(error: RemoteError | OSError) -> RemoteError:
    if isinstance(error, RemoteError):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom("The template repository became full while the file was taken in.")
    logger.error("an upload could not be taken in", exc_info=error)
    return RemoteError(f"The appliance manager could not store the file: {error.strerror or error}.")
