"""How virtual resources look in the REST dialect."""

from compute.api.resources.machine import DISK, INSTANCE, MACHINE_STATE, NIC, PLAN, VIRTUAL_MACHINE
from compute.api.resources.virtual_datacenter import APPLIANCE_STATE, VIRTUAL_APPLIANCE, VIRTUAL_DATACENTER

__all__ = [
    "APPLIANCE_STATE",
    "DISK",
    "INSTANCE",
    "MACHINE_STATE",
    "NIC",
    "PLAN",
    "VIRTUAL_APPLIANCE",
    "VIRTUAL_DATACENTER",
    "VIRTUAL_MACHINE",
]
