"""How many networks and public addresses somebody has: counted against limits."""

from networking.models import AddressLease, Network, NetworkKind
from tenants.limits import Amounts
from tenants.usage import Extent

COUNTED = ("networks", "public_ips")


def networks_held(extent: Extent) -> Amounts:
    """Private networks, and leased addresses of public ones, within the extent."""
    where = {"enterprise_id": extent.enterprise_id}
    if extent.datacenter_id is not None:
        where["datacenter_id"] = extent.datacenter_id
    if extent.virtual_datacenter_id is not None:
        where["virtual_datacenter_id"] = extent.virtual_datacenter_id
    public = {f"network__{column}": value for column, value in where.items() if column != "enterprise_id"}
    leases = AddressLease.objects.filter(
        enterprise_id=extent.enterprise_id, network__kind=NetworkKind.PUBLIC, **public
    )
    networks = Network.objects.filter(kind=NetworkKind.INTERNAL, **where)
    return Amounts(networks=networks.count(), public_ips=leases.count())
