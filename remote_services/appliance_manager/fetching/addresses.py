"""Which addresses may be connected to: those of the public internet, and what the operator allows besides."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_network

from contracts.addresses import address_of, is_public
from remote_services.appliance_manager.fetching.refusals import SourceForbidden, SourceUnreachable

Resolver = Callable[[str, int], Sequence[str]]


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
            address = address_of(text)
        except ValueError:
            return False
        return is_public(address) or any(address in network for network in self._allowed)
