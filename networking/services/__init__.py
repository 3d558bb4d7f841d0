"""The only writers of networks, NICs and leases."""

from networking.services.addresses import add_nic, lease_address, preview_address, release_addresses
from networking.services.networks import create_private_network, delete_networks_of, network_spec

__all__ = [
    "add_nic",
    "create_private_network",
    "delete_networks_of",
    "lease_address",
    "network_spec",
    "preview_address",
    "release_addresses",
]
