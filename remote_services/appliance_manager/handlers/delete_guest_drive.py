"""Removes a machine's config drive."""

from pathlib import Path

from contracts.appliance import DeleteGuestDrive
from remote_services.appliance_manager import guest_drive
from remote_services.runtime.registry import Context, handles


@handles(DeleteGuestDrive)
def delete_guest_drive(command: DeleteGuestDrive, context: Context) -> None:
    directory = Path(command.datastore_path)
    if directory.is_dir():
        guest_drive.delete(directory, command.machine_id)
