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
from infrastructure.services.hosts import (
    add_datastore,
    delete_host,
    equip_host,
    move_datastore,
    move_host,
    register_host,
    update_host,
)
from infrastructure.services.inventory import (
    close_to,
    create_datacenter,
    create_rack,
    delete_datacenter,
    delete_rack,
    offer_hardware_profile,
    open_to,
    update_datacenter,
    update_rack,
)
from infrastructure.services.remote_services import (
    add_remote_service,
    delete_remote_service,
    register_remote_service,
    update_remote_service,
)
from infrastructure.services.watching import (
    endpoint_of,
    record_reachability,
    unwatch_host,
    watch_all_hosts,
    watch_host,
)

__all__ = [
    "add_datastore",
    "add_remote_service",
    "change_claim",
    "claim",
    "close_to",
    "create_datacenter",
    "create_rack",
    "delete_datacenter",
    "delete_host",
    "delete_rack",
    "delete_remote_service",
    "endpoint_of",
    "equip_host",
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
    "unwatch_host",
    "update_datacenter",
    "update_host",
    "update_rack",
    "update_remote_service",
    "used_by_enterprise",
    "used_by_virtual_datacenter",
    "used_on_host",
    "watch_all_hosts",
    "watch_host",
]
