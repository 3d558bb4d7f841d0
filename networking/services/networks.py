"""Creating and removing virtual networks."""

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contracts import dhcp
from core.errors import Conflict, Invalid
from networking.models import Network, NetworkKind

PREFIX_LENGTHS = range(16, 31)
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*", re.IGNORECASE)
DEFAULT_NETWORK = {
    "name": "default_private_network",
    "address": "192.168.0.0",
    "prefix_length": 24,
    "gateway": "192.168.0.1",
}


def create_private_network(
    *, virtual_datacenter: Any, network_service_type: Any, is_default: bool = False, **fields: Any
) -> Network:
    """A private network of a virtual datacenter. ``fields``: name, address, prefix_length, gateway, DNS.

    Raises Invalid with a sentence for each wrong field.
    """
    values = DEFAULT_NETWORK | fields
    check_range(values)
    check_names(values)
    check_free_name(Network.objects.filter(virtual_datacenter_id=virtual_datacenter.id), values["name"])
    return Network.objects.create(
        kind=NetworkKind.INTERNAL,
        enterprise_id=virtual_datacenter.enterprise_id,
        datacenter_id=virtual_datacenter.datacenter_id,
        virtual_datacenter_id=virtual_datacenter.id,
        network_service_type=network_service_type,
        is_default=is_default,
        **values,
    )


def delete_networks_of(virtual_datacenter: Any) -> None:
    """Remove the networks of a virtual datacenter that is going away; it has no machines any more."""
    Network.objects.filter(virtual_datacenter_id=virtual_datacenter.id).delete()


def network_spec(network: Network) -> dhcp.NetworkSpec:
    """The network as the DHCP service of its datacenter must offer it."""
    dns = tuple(IPv4Address(ip) for ip in (network.primary_dns, network.secondary_dns) if ip)
    return dhcp.NetworkSpec(
        network_id=network.uuid,
        bridge=network.bridge,
        cidr=network.cidr,
        gateway=IPv4Address(network.gateway),
        dns=dns,
    )


def check_range(values: dict[str, Any]) -> None:
    """Raise Invalid unless address, prefix_length and gateway make a private network."""
    try:
        cidr = IPv4Network(f"{values['address']}/{values['prefix_length']}")
        gateway = IPv4Address(values["gateway"])
    except ValueError as error:
        raise Invalid(str(error), code="VLAN-6") from None
    if cidr.prefixlen not in PREFIX_LENGTHS or not cidr.is_private:
        raise Invalid(
            _("A private network is a private IPv4 range between /16 and /30; %(cidr)s is not.")
            % {"cidr": cidr},
            code="VLAN-2",
        )
    if gateway not in cidr or gateway in (cidr.network_address, cidr.broadcast_address):
        raise Invalid(
            _("The gateway %(gateway)s is not a host address of %(cidr)s.")
            % {"gateway": gateway, "cidr": cidr},
            code="VLAN-7",
        )


def check_names(values: dict[str, Any]) -> None:
    """Make empty name servers None, and raise Invalid for what is no address or no domain."""
    for field in ("primary_dns", "secondary_dns"):
        try:
            if field in values:
                values[field] = str(IPv4Address(values[field])) if values[field] else None
        except ValueError as error:
            raise Invalid(str(error), code="VLAN-41") from None
    if values.get("suffix_dns") and not DOMAIN.fullmatch(values["suffix_dns"]):
        raise Invalid(
            _("%(domain)s is not a domain name.") % {"domain": values["suffix_dns"]}, code="VLAN-100"
        )


def check_free_name(others: QuerySet[Network], name: str) -> None:
    """Raise Conflict when one of the others has this name."""
    if others.filter(name=name).exists():
        raise Conflict(_("There is a network called %(name)s already.") % {"name": name}, code="VLAN-1")
