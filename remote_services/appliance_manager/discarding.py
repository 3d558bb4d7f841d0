"""Removes all there is of an upload, wherever it got to."""

import shutil
from pathlib import Path
from uuid import UUID

from remote_services.appliance_manager.taking_in import folder_of
from remote_services.runtime import mount


def discard(root: Path, enterprise_id: int, upload_id: UUID) -> None:
    """What does not exist is fine."""
    shutil.rmtree(root / mount.STAGING / str(upload_id), ignore_errors=True)
    shutil.rmtree(folder_of(root, enterprise_id, upload_id), ignore_errors=True)
