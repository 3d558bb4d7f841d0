"""Which addresses a mail server may have. A reseller names a host that this server then talks to, so it must
not be a way into the provider's own networks: only public addresses, and only the ports of mail.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings

MAIL_PORTS = (25, 465, 587, 2525)


class Unreachable(Exception):
    """There is no address that may be connected to; the text is fit for whoever named the host."""


def address_of(host: str, port: int, *, trusted: bool) -> str:
    """The address to connect to, resolved once, so that a name can't change between check and use.

    ``trusted`` servers (the provider's) may be anywhere. Raises Unreachable: what is inside and what does
    not exist sound the same, so that nobody learns the names inside.
    """
    trusted = trusted or settings.ATRIUM_MAIL_PRIVATE_HOSTS
    if not trusted and port not in MAIL_PORTS:
        raise Unreachable(f"its port is none of {', '.join(str(each) for each in MAIL_PORTS)}")
    try:
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        found = []
    allowed = found if trusted else [each for each in found if is_public(each)]
    # One address inside spoils the name: whoever controls it could choose which one is used.
    if not allowed or len(allowed) != len(found):
        raise Unreachable("it has no public address")
    return allowed[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the Internet's, and no way round to one that is not."""
    parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        embedded = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo and parsed.teredo[1])
        embedded = embedded or _translated(parsed)
        if embedded and not embedded.is_global:
            return False
    return parsed.is_global and not parsed.is_multicast


def _translated(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address within one of NAT64's well-known prefix."""
    return IPv4Address(int(address) & 0xFFFFFFFF) if address.packed[:4] == b"\x00\x64\xff\x9b" else None
