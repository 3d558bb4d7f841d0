"""Enlarges disks of a machine that is off; on a simulated host their files hold nothing that could grow."""

from contracts.appliance import DiskGrowth, GrowMachineDisks
from remote_services.appliance_manager import datastore, growing
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(GrowMachineDisks)
def grow_machine_disks(command: GrowMachineDisks, context: Context) -> dict:
    return {"disks": [{"disk_id": str(order.disk_id), "size_bytes": _grow(order)} for order in command.disks]}


def _grow(order: DiskGrowth) -> int:
    disk = datastore.disk_path(datastore.existing_directory(order.datastore_path), order.disk_id)
    return order.size_bytes if settings().simulated else growing.grow(disk, order.size_bytes)
