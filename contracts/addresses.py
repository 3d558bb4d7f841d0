"""Which addresses are of the public internet: one answer for the server and for what runs in datacenters."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""By which a network without version 4 reaches it: such an address is as public as the one it holds."""
_NEVER = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24", "192.88.99.0/24", "::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10",
    )
)  # fmt: skip
"""Tunnels and translations to addresses of version 4, and what the standard library calls public."""
_LOW_32_BITS = 2**32 - 1


def address_of(text: str) -> Address:
    """Without a zone, and the address of version 4 that one of version 6 holds. Raises ValueError."""
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may reach this address."""
    if isinstance(address, IPv6Address) and address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & _LOW_32_BITS))
    strange = address.is_multicast or address.is_reserved
    return address.is_global and not strange and not any(address in network for network in _NEVER)
