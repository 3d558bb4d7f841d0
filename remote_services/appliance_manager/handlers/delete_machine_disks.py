"""Removes a machine's disks and config drive, together with what interrupted attempts to make them left."""

from pathlib import Path

from contracts.appliance import DeleteMachineDisks
from remote_services.appliance_manager import datastore, guest_drive
from remote_services.runtime.registry import Context, handles


@handles(DeleteMachineDisks)
def delete_machine_disks(command: DeleteMachineDisks, context: Context) -> None:
    for place in command.disks:
        directory = Path(place.datastore_path)
        if directory.is_dir():
            datastore.remove_partial_files(directory, place.disk_id)
            datastore.disk_path(directory, place.disk_id).unlink(missing_ok=True)
            guest_drive.delete(directory, command.machine_id)
