"""Makes all disks of a machine; on a simulated host empty files stand for them."""

from collections.abc import Callable

from contracts.appliance import DiskOrder, ProvisionMachineDisks
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import clone, datastore, overlay
from remote_services.images import repository
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(ProvisionMachineDisks)
def provision_machine_disks(command: ProvisionMachineDisks, context: Context) -> dict:
    made = []
    for number, order in enumerate(command.disks):

        def progress(percent: int, done: int = number) -> None:
            context.progress((done * 100 + percent) // len(command.disks))

        made.append(_provision(order, progress))
    return {"disks": made}


def _provision(order: DiskOrder, progress: Callable[[int], None]) -> dict:
    directory = datastore.existing_directory(order.datastore_path)
    disk = datastore.disk_path(directory, order.disk_id)
    made = {"disk_id": str(order.disk_id), "path": str(disk), "format": DiskFormat.QCOW2.value}
    made |= {"size_bytes": order.size_bytes, "standalone": order.clone}
    if settings().simulated:
        disk.touch()
        return made
    if not order.source_path:
        return made | {"size_bytes": overlay.make_empty(disk, order.size_bytes), "standalone": True}
    template = repository.find_template(
        settings().required("repository_dir"), order.source_path, order.source_format
    )
    if order.clone:
        size_bytes = clone.make_clone(disk, template, order.size_bytes, progress)
    else:
        size_bytes = overlay.make_overlay(disk, template, order.size_bytes)
    return made | {"size_bytes": size_bytes}
