"""TakeInFile: nothing is copied. The file gets a second name; who asked removes the first in the end."""

import os
import shutil
from pathlib import Path

from contracts.appliance import TakeInFile
from remote_services.appliance_manager.fetching.workplace import Workplace
from remote_services.appliance_manager.looking import unclaimed_file
from remote_services.appliance_manager.taking_in import take_in
from remote_services.images.repository import TemplateUnusable
from remote_services.runtime.errors import Cancelled
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(TakeInFile)
def take_in_file(command: TakeInFile, context: Context) -> dict:
    root = settings().required("repository_dir")
    place = Workplace(root, command.enterprise_id, command.upload_id)
    with place.opened():
        finished = place.taken()
        if finished is None:
            if place.is_over():
                raise Cancelled("It was cancelled before it began.")
            found = unclaimed_file(root, command.path)
            shutil.rmtree(place.folder)
            place.folder.mkdir()
            staged = place.staged(file_name=found.name)
            _link(found, staged.data)
            finished = take_in(root, staged)
        place.keep_only(finished)
    return finished.model_dump(mode="json", include={"file_name", "disks", "proposal"})


def _link(found: Path, target: Path) -> None:
    """Raises TemplateUnusable where the file belongs to an account that keeps others from it."""
    try:
        os.link(found, target)
    except PermissionError:
        raise TemplateUnusable(
            f"The file {found.name!r} belongs to another account. Let the account of the appliance manager "
            "own it, or read and write it."
        ) from None
