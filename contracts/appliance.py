"""Commands understood by the appliance manager, which owns template files and disks made of them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.base import Command, Message
from contracts.copies import (
    CancelCopy,
    CaptureDisks,
    CopyTemplateFiles,
    DiscardCopy,
    ExportPackage,
    FetchTemplateFiles,
)
from contracts.vocabulary import DiskFormat


class ProvisionDisk(Command):
    """Make ``<datastore_path>/<disk_id>.qcow2`` as an overlay over a template disk.

    ``template_path`` is relative to the datacenter's template repository. Output of
    the report: ``{"path": <absolute path on the host>, "format": "qcow2"}``.
    Fails with ``template_missing``, ``datastore_missing`` or ``datastore_full``.
    """

    type: Literal["appliance.provision_disk.v1"] = "appliance.provision_disk.v1"
    disk_id: UUID
    template_path: str
    template_format: DiskFormat
    datastore_path: str
    size_bytes: int = Field(ge=1)


class DeleteDisk(Command):
    """Remove the disk made by ProvisionDisk. One that does not exist is fine."""

    type: Literal["appliance.delete_disk.v1"] = "appliance.delete_disk.v1"
    disk_id: UUID
    datastore_path: str


class DiskOrder(Message):
    """One disk to be made of a template's file, as ``<datastore_path>/<disk_id>.qcow2``.

    ``source_path`` is relative to the template repository; empty: the disk has nothing on it. ``clone``: a
    disk that stands alone instead of an overlay that reads from the template; slow, except where the file
    system shares blocks.
    """

    disk_id: UUID
    source_path: str
    source_format: DiskFormat
    datastore_path: str
    size_bytes: int = Field(ge=1)
    clone: bool = False


class ProvisionMachineDisks(Command):
    """Make all disks of a machine, or none. Output: ``{"disks": [{"disk_id", "path", "format",
    "size_bytes", "standalone"}]}``. Fails as ProvisionDisk does, and with ``template_unusable``."""

    type: Literal["appliance.provision_disk.v2"] = "appliance.provision_disk.v2"
    machine_id: UUID
    disks: tuple[DiskOrder, ...]


class DiskGrowth(Message):
    """How large a disk made by ProvisionMachineDisks shall be at least."""

    disk_id: UUID
    datastore_path: str
    size_bytes: int = Field(ge=1)


class GrowMachineDisks(Command):
    """Enlarge disks of a machine that is off; one that is as large already is left alone. Output:
    ``{"disks": [{"disk_id", "size_bytes"}]}``. Fails with ``disk_missing``, ``ownership_mismatch``,
    ``datastore_missing`` or ``datastore_full``; those before the one that failed are larger then."""

    type: Literal["appliance.grow_disks.v1"] = "appliance.grow_disks.v1"
    machine_id: UUID
    disks: tuple[DiskGrowth, ...] = Field(min_length=1)


class DiskPlace(Message):
    disk_id: UUID
    datastore_path: str


class DeleteMachineDisks(Command):
    """Remove disks made by ProvisionMachineDisks, and config drives of the machine beside them. What does not
    exist is fine."""

    type: Literal["appliance.delete_disk.v2"] = "appliance.delete_disk.v2"
    machine_id: UUID
    disks: tuple[DiskPlace, ...]


class GuestFiles(Message):
    """What a guest finds on its config drive: texts by their names below ``openstack/latest/``."""

    files: dict[str, str]


class WriteGuestDrive(Command):
    """Write the machine's config drive, ``<datastore_path>/<machine_id>.guest.iso``, whole or not at all; one
    that is there is replaced.

    ``sealed``: GuestFiles as JSON, sealed to the datacenter for ``guest_drive_purpose`` (contracts.sealing).
    Output: ``{"path", "size_bytes"}``. Fails with ``datastore_missing``, ``datastore_full``,
    ``cannot_unseal``.
    """

    type: Literal["appliance.write_guest_drive.v1"] = "appliance.write_guest_drive.v1"
    machine_id: UUID
    datastore_path: str
    sealed: str


class DeleteGuestDrive(Command):
    """Remove the machine's config drive. One that does not exist is fine."""

    type: Literal["appliance.delete_guest_drive.v1"] = "appliance.delete_guest_drive.v1"
    machine_id: UUID
    datastore_path: str


class DeleteTemplateFiles(Command):
    """Remove files of a template from the repository; ``paths`` are relative to it. Those that do not exist
    are fine, and folders left empty go too. Fails with ``template_missing`` for a path that leads out."""

    type: Literal["appliance.delete_template_files.v1"] = "appliance.delete_template_files.v1"
    paths: tuple[str, ...] = Field(min_length=1)


class RefreshRepository(Command):
    """Look at the template repository and tell by RepositoryObserved what it holds."""

    type: Literal["appliance.refresh_repository.v1"] = "appliance.refresh_repository.v1"


class DiscardUpload(Command):
    """Remove all there is of an upload, finished or not. One that does not exist is fine."""

    type: Literal["appliance.discard_upload.v1"] = "appliance.discard_upload.v1"
    upload_id: UUID
    enterprise_id: int


class FetchTemplate(Command):
    """Fetch a file from ``url`` and take it in as an upload is; an OVF descriptor with what lies beside it.

    ``most_bytes`` is all it may have. ``sha256`` and ``sha512``, of the file at ``url``, may be empty. What
    an earlier delivery got is gone on with. UploadProgressed tells how far it is. Output: ``{"file_name",
    "disks", "proposal"}`` as in UploadFinished. Fails with ``source_…``, ``checksum`` and the codes of
    inspection, ``repository_full``, ``repository_away``, ``timed_out`` or ``cancelled``.
    """

    type: Literal["appliance.fetch_template.v1"] = "appliance.fetch_template.v1"
    upload_id: UUID
    enterprise_id: int
    url: str
    most_bytes: int = Field(ge=1)
    sha256: str = ""
    sha512: str = ""


class TakeInFile(Command):
    """Take a file in that lies in the repository at ``path`` without being anybody's, as an upload is: it
    gets a second name where templates lie, and keeps the first. Of a descriptor this is done with the files
    it names, which must be among ``beside``. Output as FetchTemplate's. Fails with ``template_missing``,
    ``template_unusable`` and the codes of inspection."""

    type: Literal["appliance.take_in_file.v1"] = "appliance.take_in_file.v1"
    upload_id: UUID
    enterprise_id: int
    path: str
    beside: tuple[str, ...] = ()


class CancelFetch(Command):
    """End a FetchTemplate or TakeInFile, now or when it begins: nothing of it is left. One that is unknown
    is fine."""

    type: Literal["appliance.cancel_fetch.v1"] = "appliance.cancel_fetch.v1"
    upload_id: UUID
    enterprise_id: int


AnyApplianceCommand = Annotated[
    ProvisionDisk
    | DeleteDisk
    | ProvisionMachineDisks
    | GrowMachineDisks
    | DeleteMachineDisks
    | WriteGuestDrive
    | DeleteGuestDrive
    | DeleteTemplateFiles
    | RefreshRepository
    | DiscardUpload
    | CaptureDisks
    | CopyTemplateFiles
    | ExportPackage
    | FetchTemplateFiles
    | CancelCopy
    | DiscardCopy
    | FetchTemplate
    | TakeInFile
    | CancelFetch,
    Field(discriminator="type"),
]
APPLIANCE_COMMANDS: TypeAdapter[AnyApplianceCommand] = TypeAdapter(AnyApplianceCommand)
