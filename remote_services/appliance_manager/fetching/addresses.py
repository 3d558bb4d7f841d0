"""Which addresses may be connected to: those of the public internet, and what the operator allows besides."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from remote_services.appliance_manager.fetching.refusals import SourceForbidden, SourceUnreachable

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
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


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class AddressPolicy:
    """``allowed``: networks of the operator's, such as that of a mirror, comma separated."""

    def __init__(self, allowed: str = "", resolve: Resolver = resolved) -> None:
        self._allowed = [ip_network(each.strip()) for each in allowed.split(",") if each.strip()]
        self._resolve = resolve

    def checked(self, host: str, port: int) -> list[str]:
        """Addresses of the host, each of which may be connected to, to be used at once: asked again, the
        name may lead elsewhere. Raises SourceForbidden, SourceUnreachable.

        What is inside and what does not exist sound alike, so that nobody learns the names inside.
        """
        try:
            found = self._resolve(host, port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise SourceUnreachable(f"The name {host} can't be looked up at the moment.") from None
            found = []
        except (OSError, UnicodeError):
            found = []
        # One address inside spoils the name: whoever controls it could choose which one is used.
        if not found or not all(self.permits(each) for each in found):
            raise SourceForbidden(
                f"{host} has no public address; things are fetched from public addresses only."
            )
        return list(found)

    def permits(self, text: str) -> bool:
        """Whether the address is public, or within a network that the operator allows."""
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        if any(address in network for network in self._allowed):
            return True
        return _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address in _TRANSLATED:
        return _is_public(IPv4Address(int(address) & _LOW_32_BITS))
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved)
        and not any(address in network for network in _NEVER)
    )
