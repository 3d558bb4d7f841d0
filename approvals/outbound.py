"""Calling an address that a tenant chose: only https, and only public addresses or networks the installation
allows. How it is called safely is ``core.outbound``'s affair."""

from ipaddress import IPv4Address, IPv6Address, ip_network

from django.conf import settings

from contracts.addresses import is_public
from core import outbound
from core.outbound import OutboundError, Patience, address_problem

CONNECT_SECONDS = 60
READ_SECONDS = 10
PATIENCE = Patience(CONNECT_SECONDS, READ_SECONDS, CONNECT_SECONDS + 3 * READ_SECONDS)


def post(url: str, body: bytes, *, content_type: str) -> None:
    """POST; returns when a 2xx came back. Raises OutboundError for everything else.

    Never inside a transaction: it may take more than a minute.
    """
    problem = address_problem(url)
    if problem:
        raise OutboundError(problem)
    headers = {"Content-Type": content_type, "Accept": "*/*"}
    outbound.post(url, body, headers=headers, allowed=_allowed, patience=PATIENCE)


def _allowed(address: IPv4Address | IPv6Address) -> bool:
    networks = map(ip_network, settings.ATRIUM_APPROVAL_NETWORKS)
    if any(address.version == network.version and address in network for network in networks):
        return True
    return is_public(address)


__all__ = ["CONNECT_SECONDS", "READ_SECONDS", "OutboundError", "address_problem", "post"]
