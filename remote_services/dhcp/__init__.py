"""Keeps each virtual network's bridge and DHCP server on a host. Routing beyond the bridge is not its job."""
