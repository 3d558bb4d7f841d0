"""The only writers of datacenters, hosts, datastores and claims."""

from infrastructure.services.claims import (
    change_claim,
    claim,
    release_claim,
    used_by_enterprise,
    used_by_virtual_datacenter,
    used_on_host,
)
from infrastructure.services.health import record_heartbeat, silent_services
from infrastructure.services.inventory import (
    add_datastore,
    close_to,
    create_datacenter,
    create_rack,
    delete_datacenter,
    delete_rack,
    move_datastore,
    move_host,
    offer_hardware_profile,
    open_to,
    register_host,
    register_remote_service,
    update_datacenter,
    update_host,
    update_rack,
)
from infrastructure.services.watching import endpoint_of, record_reachability, watch_all_hosts, watch_host

__all__ = [
    "add_datastore",
    "change_claim",
    "claim",
    "close_to",
    "create_datacenter",
    "create_rack",
    "delete_datacenter",
    "delete_rack",
    "endpoint_of",
    "move_datastore",
    "move_host",
    "offer_hardware_profile",
    "open_to",
    "record_heartbeat",
    "record_reachability",
    "register_host",
    "register_remote_service",
    "release_claim",
    "silent_services",
    "update_datacenter",
    "update_host",
    "update_rack",
    "used_by_enterprise",
    "used_by_virtual_datacenter",
    "used_on_host",
    "watch_all_hosts",
    "watch_host",
]
