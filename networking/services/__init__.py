"""The only writers of networks, NICs and leases."""

from networking.services.addresses import add_nic, lease_address, preview_address, release_addresses
from networking.services.networks import create_private_network, delete_networks_of, network_spec
from networking.services.private_networks import (
    add_private_network,
    delete_private_network,
    update_private_network,
    withdraw_private_network,
)

__all__ = [
    "add_nic",
    "add_private_network",
    "create_private_network",
    "delete_networks_of",
    "delete_private_network",
    "lease_address",
    "network_spec",
    "preview_address",
    "release_addresses",
    "update_private_network",
    "withdraw_private_network",
]
