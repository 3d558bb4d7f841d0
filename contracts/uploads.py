"""What server and appliance manager tell each other of files that come in and go out over HTTP.

Tickets are signed by the server and carried by whoever uploads or downloads; the appliance manager knows
no users. What became of an upload is told as an observation: repeating it changes nothing.
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.base import Message
from contracts.vocabulary import DiskFormat, DiskVariant


class UploadTicket(Message):
    """Its bearer may send the bytes of one upload, ask how far it is and give it up.

    ``size_bytes`` is the file's size, or (``size_is_exact`` False) the most it may have. ``expires_at`` is
    the ticket's end, ``open_until`` the upload's: what is not whole by then is thrown away.
    """

    type: Literal["appliance.upload.v1"] = "appliance.upload.v1"
    upload_id: UUID
    enterprise_id: int
    file_name: str = ""
    size_bytes: int = Field(ge=1)
    size_is_exact: bool = True
    sha256: str = ""
    expires_at: AwareDatetime
    open_until: AwareDatetime


class DownloadTicket(Message):
    """Its bearer may read one file of the repository; ``file_name`` is what it is called when saved."""

    type: Literal["appliance.download.v1"] = "appliance.download.v1"
    path: str
    file_name: str
    expires_at: AwareDatetime


class UploadedDisk(Message):
    """A disk file that was inspected. ``path`` is relative to the repository; empty: the package has the disk
    with nothing on it, so there is no file. ``controller`` is the bus the
    package attaches it to (``scsi``), ``adapter`` which one in the package's words; empty: not said.
    ``optical``: an ISO image, for a CD-ROM drive."""

    path: str
    format: DiskFormat
    file_size_bytes: int = Field(ge=0)
    virtual_size_bytes: int = Field(ge=0)
    sha256: str = ""
    label: str = ""
    controller: str = ""
    adapter: str = ""
    variant: DiskVariant = DiskVariant.PLAIN
    optical: bool = False


class UploadProgressed(Message):
    """Bytes have arrived; sent every few seconds while they do. ``size_bytes`` of what is fetched, once the
    other side said how large it is."""

    type: Literal["upload_progressed.v1"] = "upload_progressed.v1"
    upload_id: UUID
    received_bytes: int = Field(ge=0)
    size_bytes: int | None = Field(default=None, ge=0)
    observed_at: AwareDatetime


class UploadFinished(Message):
    """The files lie in the repository. What the package or the sender says of the machine is a proposal."""

    type: Literal["upload_finished.v1"] = "upload_finished.v1"
    upload_id: UUID
    file_name: str = ""
    disks: tuple[UploadedDisk, ...]
    proposal: dict[str, str | int] = {}
    observed_at: AwareDatetime


class UploadFailed(Message):
    """Nothing of the upload is left in the repository. ``code`` is stable, ``detail`` is for people."""

    type: Literal["upload_failed.v1"] = "upload_failed.v1"
    upload_id: UUID
    code: str
    detail: str
    observed_at: AwareDatetime


class RepositoryFile(Message):
    """``beside``: of a descriptor, the files of its package, which may be missing."""

    path: str
    size_bytes: int
    beside: tuple[str, ...] = ()


class RepositoryObserved(Message):
    """The repository with all template files it holds, or (``reachable`` False) why it can't be read."""

    type: Literal["repository_observed.v1"] = "repository_observed.v1"
    datacenter_id: UUID
    reachable: bool
    capacity_bytes: int = 0
    free_bytes: int = 0
    files: tuple[RepositoryFile, ...] = ()
    reason: str = ""
    observed_at: AwareDatetime
