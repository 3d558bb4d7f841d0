"""Which addresses a mail server may have. A reseller names a host that this server then talks to, so it must
not be a way into the provider's own networks: only public addresses, and only the ports of mail.
"""

import socket

from django.conf import settings

from contracts import addresses

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
    public = [each for each in found if addresses.is_public(addresses.address_of(each))]
    allowed = found if trusted else public
    # One address inside spoils the name: whoever controls it could choose which one is used.
    if not allowed or len(allowed) != len(found):
        raise Unreachable("it has no public address")
    return allowed[0]
