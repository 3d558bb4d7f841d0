"""Datacenters, their remote services, racks, hosts, datastores, and what is claimed on them."""

from infrastructure.models.capacity import Claim, HardwareProfile
from infrastructure.models.datacenter import (
    Datacenter,
    LocationLimit,
    NetworkServiceType,
    RemoteService,
    RemoteServiceType,
)
from infrastructure.models.host import Datastore, Host, HostState, Rack

__all__ = [
    "Claim",
    "Datacenter",
    "Datastore",
    "HardwareProfile",
    "Host",
    "HostState",
    "LocationLimit",
    "NetworkServiceType",
    "Rack",
    "RemoteService",
    "RemoteServiceType",
]
