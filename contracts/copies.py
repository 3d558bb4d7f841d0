"""Commands that make new files in a template repository out of disks and templates: long, so they travel on
a queue of their own. What is made appears whole, or not at all."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.base import Command, Message
from contracts.vocabulary import DiskFormat


def place_of_copy(enterprise_id: int, copy_id: UUID, number: int, disk_format: DiskFormat) -> str:
    """Where the disk with this number lies in the repository once the copy is made."""
    return f"{enterprise_id}/{copy_id}/disk-{number}.{disk_format}"


def place_of_package(enterprise_id: int, copy_id: UUID) -> str:
    """Where a package lies once it is made."""
    return f"{enterprise_id}/{copy_id}/package.ova"


TOLD_PROPERTY = "atrium.template"
"""The property of a package that keeps what OVF has no words for, as JSON."""


class CopyCommand(Command):
    """``copy_id`` names the work: to cancel it, to discard it, and the folder of what it makes."""

    copy_id: UUID
    enterprise_id: int


class DiskToCapture(Message):
    """The machine's disk ``<datastore_path>/<disk_id>.qcow2``, as the machine sees it.

    Where its header refers to another file, that must be ``source_path`` of the repository, read as
    ``source_format``. ``most_bytes``: the new file may not get larger.
    """

    disk_id: UUID
    datastore_path: str
    source_path: str
    source_format: DiskFormat
    number: int = Field(ge=0)
    most_bytes: int = Field(ge=1)


class CaptureDisks(CopyCommand):
    """Copy disks of a machine that is off into the repository, each as one qcow2 that stands alone.

    Output: ``{"disks": [{"path", "format", "file_size_bytes", "virtual_size_bytes", "sha256"}]}``, in the
    order asked for. Fails with ``disk_missing``, ``template_missing``, ``template_unusable``,
    ``ownership_mismatch``, ``datastore_missing``, ``repository_full``, ``repository_away`` or ``cancelled``.
    """

    type: Literal["appliance.capture_disks.v1"] = "appliance.capture_disks.v1"
    machine_id: UUID
    disks: tuple[DiskToCapture, ...] = Field(min_length=1)


class FileToCopy(Message):
    """An image of the repository; ``path`` is relative to it."""

    path: str
    format: DiskFormat
    number: int = Field(ge=0)


class CopyTemplateFiles(CopyCommand):
    """Make a second template's files of a first one's. Blocks are shared where the file system can do that.

    Output and failures as of CaptureDisks.
    """

    type: Literal["appliance.copy_template_files.v1"] = "appliance.copy_template_files.v1"
    files: tuple[FileToCopy, ...] = Field(min_length=1)


class FileToFetch(Message):
    """A file in another datacenter's repository; ``url`` carries the ticket that opens it. ``sha256`` is
    empty where nobody ever summed it."""

    url: str
    format: DiskFormat
    number: int = Field(ge=0)
    size_bytes: int = Field(ge=1)
    sha256: str = ""


class FetchTemplateFiles(CopyCommand):
    """Make a template's files of another datacenter's. What an earlier delivery got is gone on with.

    Output and failures as of CaptureDisks, and those of FetchTemplate.
    """

    type: Literal["appliance.fetch_template_files.v1"] = "appliance.fetch_template_files.v1"
    files: tuple[FileToFetch, ...] = Field(min_length=1)


class PackageMachine(Message):
    """What a package says of its machine. ``told`` is more of it, for who takes the package in here again."""

    name: str
    description: str = ""
    os_type: str = ""
    os_version: str = ""
    vcpus: int = Field(default=1, ge=1)
    memory_mib: int = Field(ge=1)
    cores_per_socket: int = 0
    ethernet_driver: str = ""
    terms: str = ""
    told: dict[str, Any] = {}


class DiskToExport(FileToCopy):
    """``path`` is empty for a disk with nothing on it. ``controller`` is the bus (``scsi``), ``adapter``
    which one in a package's words."""

    virtual_size_bytes: int = Field(ge=1)
    label: str = ""
    controller: str = ""
    adapter: str = ""


class ExportPackage(CopyCommand):
    """Make an OVA of a template's files, its disks as streamOptimized VMDK, at ``place_of_package``.

    Output: ``{"path", "file_size_bytes", "sha256"}``. Failures as of CaptureDisks.
    """

    type: Literal["appliance.export_package.v1"] = "appliance.export_package.v1"
    machine: PackageMachine
    disks: tuple[DiskToExport, ...] = Field(min_length=1)


class CancelCopy(CopyCommand):
    """End the work, now or when it begins. One that is unknown or over is fine."""

    type: Literal["appliance.cancel_copy.v1"] = "appliance.cancel_copy.v1"


class DiscardCopy(CopyCommand):
    """Remove whatever there is of the copy, finished or not, and let no late delivery make it again."""

    type: Literal["appliance.discard_copy.v1"] = "appliance.discard_copy.v1"
