"""Datacenters, their remote services, racks, hosts, datastores, what is claimed on them, and what enterprises
sign in with at public clouds."""

from infrastructure.models.capacity import Claim, HardwareProfile
from infrastructure.models.cloud_credentials import CloudCredentials
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
    "CloudCredentials",
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
