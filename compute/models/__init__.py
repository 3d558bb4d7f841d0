"""Virtual datacenters, virtual appliances and the virtual machines in them."""

from compute.models.guest import Guest
from compute.models.virtual_appliance import VirtualAppliance
from compute.models.virtual_datacenter import VirtualDatacenter
from compute.models.virtual_machine import Disk, DiskKind, VirtualMachine

__all__ = ["Disk", "DiskKind", "Guest", "VirtualAppliance", "VirtualDatacenter", "VirtualMachine"]
