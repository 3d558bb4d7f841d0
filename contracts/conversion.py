"""Commands understood by the conversion manager, which writes images of a repository in other formats."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.base import Command
from contracts.vocabulary import DiskFormat


class ConvertDisk(Command):
    """Write the image at ``source_path`` once more, in another format, at ``target_path``.

    Both paths are relative to the repository; a target that is there already is the result of an earlier
    delivery. ``compressed`` is for qcow2, ``stream_optimized`` for vmdk; ``flat`` takes the whole size at
    once. The target may not get larger than ``most_bytes``, 0: a little more than the disk's size. Output:
    ``{"file_size_bytes", "virtual_size_bytes"}``. Fails with ``template_missing``,
    ``template_unusable``, ``datastore_full``, ``repository_away``, ``compression_bomb`` or ``cancelled``.
    """

    type: Literal["conversion.convert_disk.v1"] = "conversion.convert_disk.v1"
    conversion_id: UUID
    source_path: str
    source_format: DiskFormat
    target_path: str
    target_format: DiskFormat
    compressed: bool = False
    stream_optimized: bool = False
    flat: bool = False
    most_bytes: int = Field(default=0, ge=0)


class CancelConversion(Command):
    """End the conversion, now or when it begins; nothing of it is left. One that is unknown is fine."""

    type: Literal["conversion.cancel_conversion.v1"] = "conversion.cancel_conversion.v1"
    conversion_id: UUID


class DiscardConversion(Command):
    """Remove what a conversion wrote. One that does not exist is fine. Fails with ``repository_away``."""

    type: Literal["conversion.discard_conversion.v1"] = "conversion.discard_conversion.v1"
    conversion_id: UUID
    target_path: str


AnyConversionCommand = Annotated[
    ConvertDisk | CancelConversion | DiscardConversion, Field(discriminator="type")
]
CONVERSION_COMMANDS: TypeAdapter[AnyConversionCommand] = TypeAdapter(AnyConversionCommand)
