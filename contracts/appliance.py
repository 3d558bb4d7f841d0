"""Commands understood by the appliance manager, which owns template files and disks made of them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.base import Command
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


AnyApplianceCommand = Annotated[ProvisionDisk | DeleteDisk, Field(discriminator="type")]
APPLIANCE_COMMANDS: TypeAdapter[AnyApplianceCommand] = TypeAdapter(AnyApplianceCommand)
