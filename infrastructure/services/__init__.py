"""The only writers of datacenters, hosts, datastores and claims."""

from infrastructure.services.admission import (
    Admission,
    Place,
    admission_of,
    admit,
    levels_at,
    locked_place,
    locked_place_in,
    place_in_location,
    place_of,
    sees_numbers,
)
from infrastructure.services.claims import change_claim, claim, claimed, release_claim
from infrastructure.services.cloud_credentials import (
    add_credentials,
    change_credentials,
    remove_credentials,
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
    create_datacenter,
    create_rack,
    delete_datacenter,
    delete_rack,
    offer_hardware_profile,
    update_datacenter,
    update_rack,
)
from infrastructure.services.limit_leases import end_due_leases, record_passed
from infrastructure.services.location_limits import (
    allow_location,
    change_location_limit,
    close_to,
    forbid_location,
    open_to,
)
from infrastructure.services.remote_services import (
    add_remote_service,
    delete_remote_service,
    register_remote_service,
    update_remote_service,
)
from infrastructure.services.reservations import release_host, reserve_host
from infrastructure.services.sealing_to import sealed_to
from infrastructure.services.watching import (
    endpoint_of,
    record_reachability,
    unwatch_host,
    watch_all_hosts,
    watch_host,
)

__all__ = [
    "Admission",
    "Place",
    "add_credentials",
    "add_datastore",
    "add_remote_service",
    "admission_of",
    "admit",
    "allow_location",
    "change_claim",
    "change_credentials",
    "change_location_limit",
    "claim",
    "claimed",
    "close_to",
    "create_datacenter",
    "create_rack",
    "delete_datacenter",
    "delete_host",
    "delete_rack",
    "delete_remote_service",
    "endpoint_of",
    "end_due_leases",
    "equip_host",
    "forbid_location",
    "levels_at",
    "locked_place",
    "locked_place_in",
    "move_datastore",
    "move_host",
    "offer_hardware_profile",
    "open_to",
    "place_in_location",
    "place_of",
    "record_heartbeat",
    "record_passed",
    "record_reachability",
    "register_host",
    "register_remote_service",
    "release_claim",
    "release_host",
    "remove_credentials",
    "reserve_host",
    "sealed_to",
    "sees_numbers",
    "silent_services",
    "unwatch_host",
    "update_datacenter",
    "update_host",
    "update_rack",
    "update_remote_service",
    "watch_all_hosts",
    "watch_host",
]
