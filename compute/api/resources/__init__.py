"""How virtual resources look in the REST dialect."""

from compute.api.resources.blueprint import APPLIANCE_TASK, VERIFICATION
from compute.api.resources.machine import (
    DISK,
    DVD,
    GUEST_PASSWORD,
    INSTANCE,
    MACHINE_STATE,
    METADATA,
    NIC,
    PLAN,
    VIRTUAL_MACHINE,
)
from compute.api.resources.virtual_datacenter import APPLIANCE_STATE, VIRTUAL_APPLIANCE, VIRTUAL_DATACENTER

__all__ = [
    "APPLIANCE_STATE",
    "APPLIANCE_TASK",
    "DISK",
    "DVD",
    "GUEST_PASSWORD",
    "INSTANCE",
    "MACHINE_STATE",
    "METADATA",
    "NIC",
    "PLAN",
    "VERIFICATION",
    "VIRTUAL_APPLIANCE",
    "VIRTUAL_DATACENTER",
    "VIRTUAL_MACHINE",
]
