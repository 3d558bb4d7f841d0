"""TakeInFile: nothing is copied. The files get second names; who asked removes the first in the end."""

import os
import shutil
from pathlib import Path

from contracts.appliance import TakeInFile
from remote_services.appliance_manager.fetching.workplace import Workplace
from remote_services.appliance_manager.looking import DESCRIPTOR, unclaimed_file
from remote_services.appliance_manager.loose import (
    MOST_MANIFEST_BYTES,
    is_descriptor,
    made_of,
    manifest_of,
    names_in,
)
from remote_services.appliance_manager.staging import NoRoom
from remote_services.appliance_manager.taking_in import Maker, take_in
from remote_services.images.repository import TemplateUnusable
from remote_services.runtime.errors import Cancelled, TemplateMissing
from remote_services.runtime.full_disk import full_as
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings

FULL = "The template repository became full while the file was taken in"


@handles(TakeInFile)
def take_in_file(command: TakeInFile, context: Context) -> dict:
    root = settings().required("repository_dir")
    place = Workplace(root, command.enterprise_id, command.upload_id)
    with (
        full_as(NoRoom, root, "The template repository became full while the file was taken in"),
        place.opened(),
    ):
        finished = place.taken()
        if finished is None:
            if place.is_over():
                raise Cancelled("It was cancelled before it began.")
            found = unclaimed_file(root, command.path)
            shutil.rmtree(place.folder)
            place.folder.mkdir()
            staged = place.staged(file_name=found.name)
            package = _package(root, found, command.beside)
            try:
                os.link(found, staged.data)
                finished = take_in(root, staged, package)
            except PermissionError:
                raise TemplateUnusable(
                    f"The file {found.name!r}, or one beside it, belongs to another account. Let the account "
                    "of the appliance manager own it, or read and write it."
                ) from None
        place.keep_only(finished)
    return finished.model_dump(mode="json", include={"file_name", "disks", "proposal"})


def _package(root: Path, found: Path, beside: tuple[str, ...]) -> Maker | None:
    """Nothing for what is no descriptor. Raises ImageRefused, TemplateMissing."""
    if found.suffix.lower() != DESCRIPTOR or not is_descriptor(found):
        return None
    content = found.read_bytes()
    files = {path.name: path for path in (unclaimed_file(root, each) for each in beside)}
    unknown = [name for name in names_in(content) if name not in files]
    if unknown:
        raise TemplateMissing(f"The descriptor {found.name!r} names {unknown[0]!r}, which is not beside it.")
    manifest = files.pop(manifest_of(found.name), None)
    vouched = manifest.read_bytes() if manifest and manifest.stat().st_size <= MOST_MANIFEST_BYTES else None
    return made_of(content, found.name, files, manifest=vouched)
