"""Creating and removing virtual networks."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from django.utils.translation import gettext as _

from contracts import dhcp
from core.errors import Conflict, Invalid
from networking.models import Network, NetworkKind

PREFIX_LENGTHS = range(16, 31)
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
    _check_range(values)
    if Network.objects.filter(virtual_datacenter_id=virtual_datacenter.id, name=values["name"]).exists():
        raise Conflict(
            _("There is a network called %(name)s already.") % {"name": values["name"]}, code="VLAN-2"
        )
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


def _check_range(values: dict[str, Any]) -> None:
    try:
        cidr = IPv4Network(f"{values['address']}/{values['prefix_length']}")
        gateway = IPv4Address(values["gateway"])
    except ValueError as error:
        raise Invalid(str(error), code="VLAN-3") from None
    if cidr.prefixlen not in PREFIX_LENGTHS or not cidr.is_private:
        raise Invalid(
            _("A private network is a private IPv4 range between /16 and /30; %(cidr)s is not.")
            % {"cidr": cidr},
            code="VLAN-3",
        )
    if gateway not in cidr or gateway in (cidr.network_address, cidr.broadcast_address):
        raise Invalid(
            _("The gateway %(gateway)s is not a host address of %(cidr)s.")
            % {"gateway": gateway, "cidr": cidr},
            code="VLAN-4",
        )
