"""Networks of an enterprise in a location that belong to no virtual datacenter. Looking only: nothing makes
them yet."""

from core.api.verbs import speaks
from infrastructure.api.views.limits import LimitView
from networking.api.resources import EXTERNAL_NETWORK
from networking.models import Network, NetworkKind

OUTSIDE = (NetworkKind.EXTERNAL, NetworkKind.UNMANAGED)


class ExternalNetworkView(LimitView):
    """What lies below one limit."""

    def networks(self, enterprise: int, limit: int):
        """Raises NotFound for the enterprise and the limit."""
        place = self.limit(enterprise, limit)
        return Network.objects.visible_to(self.actor).filter(
            enterprise_id=place.enterprise_id, datacenter_id=place.datacenter_id, kind__in=OUTSIDE
        )


class ExternalNetworks(ExternalNetworkView):
    @speaks(
        "External networks of an enterprise in a location", answers=(EXTERNAL_NETWORK,), many=True, paged=True
    )
    def get(self, request, enterprise, limit):
        page = self.read_page(self.networks(enterprise, limit), EXTERNAL_NETWORK)
        for row in page.rows:
            row["limit_id"] = limit
        return self.send_page(page, EXTERNAL_NETWORK)


class OneExternalNetwork(ExternalNetworkView):
    @speaks("An external network", answers=(EXTERNAL_NETWORK,))
    def get(self, request, enterprise, limit, externalnetwork):
        found = self.networks(enterprise, limit).filter(pk=externalnetwork)
        row = self.row(found, EXTERNAL_NETWORK, "VLAN-8")
        return self.answer(EXTERNAL_NETWORK, row | {"limit_id": limit})
