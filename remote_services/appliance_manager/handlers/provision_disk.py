"""Makes a machine's disk out of a template; on a simulated host an empty file stands for it."""

from contracts.appliance import ProvisionDisk
from remote_services.appliance_manager import datastore, overlay
from remote_services.images import repository
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(ProvisionDisk)
def provision_disk(command: ProvisionDisk, context) -> dict:
    directory = datastore.existing_directory(command.datastore_path)
    disk = datastore.disk_path(directory, command.disk_id)
    if settings().simulated:
        disk.touch()
        return {"path": str(disk), "format": "qcow2", "size_bytes": command.size_bytes}
    template = repository.find_template(
        settings().required("repository_dir"), command.template_path, command.template_format
    )
    size_bytes = overlay.make_overlay(disk, template, command.size_bytes)
    return {"path": str(disk), "format": "qcow2", "size_bytes": size_bytes}
