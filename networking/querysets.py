"""Reading networks and the addresses leased from them."""

from tenants.querysets import OwnedQuerySet


class NetworkQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "virtual_datacenter_id"


class InNetworkQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "network__virtual_datacenter_id"
