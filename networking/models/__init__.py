"""Virtual networks, their NICs, and the addresses leased to those."""

from networking.models.address import AddressLease, Nic
from networking.models.network import Network, NetworkKind

__all__ = ["AddressLease", "Network", "NetworkKind", "Nic"]
