"""Removes a machine's disk, together with what an interrupted attempt to make it left."""

from pathlib import Path

from contracts.appliance import DeleteDisk
from remote_services.appliance_manager import datastore
from remote_services.runtime.registry import handles


@handles(DeleteDisk)
def delete_disk(command: DeleteDisk, context) -> dict:
    directory = Path(command.datastore_path)
    if directory.is_dir():
        datastore.remove_partial_files(directory, command.disk_id)
        datastore.disk_path(directory, command.disk_id).unlink(missing_ok=True)
    return {}
