"""Private networks of a virtual datacenter, their addresses, and the templates usable there."""

from catalogue.api import narrowing
from catalogue.api.resources import TEMPLATE
from catalogue.api.rows import with_parts
from catalogue.models import Template
from compute.api.forcing import FORCE, forced
from compute.api.rows import with_machines
from compute.api.views.virtual_datacenters import VirtualDatacenterView
from core.api.resource import Row
from core.api.verbs import speaks
from networking import services
from networking.api.resources import ADDRESS, NETWORK
from networking.models import AddressLease, Network


class NetworkView(VirtualDatacenterView):
    """A view of, or below, the networks of one virtual datacenter."""

    def networks(self, vdc: int):
        """Raises NotFound for the virtual datacenter."""
        self.virtual_datacenter(vdc)
        return Network.objects.visible_to(self.actor).filter(virtual_datacenter_id=vdc)

    def network_row(self, vdc: int, network: int) -> Row:
        """Raises NotFound."""
        return self.row(self.networks(vdc).filter(pk=network), NETWORK, "VLAN-8")

    def addresses(self, vdc: int):
        """Leased addresses of all networks. Raises NotFound for the virtual datacenter."""
        self.virtual_datacenter(vdc)
        return AddressLease.objects.visible_to(self.actor).filter(network__virtual_datacenter_id=vdc)

    def send_addresses(self, addresses):
        """A page of addresses, with the machines that hold them."""
        page = self.read_page(addresses, ADDRESS)
        with_machines(self.actor, page.rows)
        return self.send_page(page, ADDRESS)


class PrivateNetworks(NetworkView):
    @speaks("Private networks", answers=(NETWORK,), many=True, paged=True)
    def get(self, request, vdc):
        return self.page(self.networks(vdc), NETWORK)

    @speaks(
        "Create a private network; with defaultNetwork new machines get it from now on",
        answers=(NETWORK,),
        accepts=(NETWORK,),
        status=201,
        parameters=FORCE,
    )
    def post(self, request, vdc):
        parent = self.virtual_datacenter(vdc)
        values = NETWORK.read(self.document(), creating=True)
        made = services.add_private_network(
            actor=self.actor, virtual_datacenter=parent, force=forced(self.params), **values
        )
        return self.created(NETWORK, self.network_row(vdc, made.pk))


class OnePrivateNetwork(NetworkView):
    @speaks("A private network", answers=(NETWORK,))
    def get(self, request, vdc, network):
        return self.answer(NETWORK, self.network_row(vdc, network))

    @speaks(
        "Change name, gateway, name servers, or make it the default; its range stays",
        answers=(NETWORK,),
        accepts=(NETWORK,),
    )
    def put(self, request, vdc, network):
        found = self.one(self.networks(vdc).filter(pk=network), "VLAN-8")
        values = NETWORK.read(self.document())
        services.update_private_network(actor=self.actor, network=found, **values)
        return self.answer(NETWORK, self.network_row(vdc, network))

    @speaks("Delete a private network that is not the default and that no machine uses", status=204)
    def delete(self, request, vdc, network):
        found = self.one(self.networks(vdc).filter(pk=network), "VLAN-8")
        services.delete_private_network(actor=self.actor, network=found)
        return self.nothing()


class DefaultNetwork(NetworkView):
    @speaks("The network new machines get", answers=(NETWORK,))
    def get(self, request, vdc):
        return self.answer(NETWORK, self.row(self.networks(vdc).filter(is_default=True), NETWORK, "VLAN-8"))


class NetworkAddresses(NetworkView):
    @speaks("Leased addresses of a network", answers=(ADDRESS,), many=True, paged=True)
    def get(self, request, vdc, network):
        self.network_row(vdc, network)
        return self.send_addresses(self.addresses(vdc).filter(network=network))


class OneAddress(NetworkView):
    @speaks("A leased address", answers=(ADDRESS,))
    def get(self, request, vdc, network, ip):
        row = self.row(self.addresses(vdc).filter(pk=ip, network=network), ADDRESS, "IP-0")
        return self.answer(ADDRESS, with_machines(self.actor, [row])[0])


class Addresses(NetworkView):
    @speaks("Leased addresses of all private networks", answers=(ADDRESS,), many=True, paged=True)
    def get(self, request, vdc):
        return self.send_addresses(self.addresses(vdc))


class Templates(VirtualDatacenterView):
    @speaks(
        "Templates machines can be made of here",
        answers=(TEMPLATE,),
        many=True,
        paged=True,
        parameters=narrowing.PARAMETERS,
    )
    def get(self, request, vdc):
        location = self.virtual_datacenter(vdc).datacenter_id
        templates = Template.objects.visible_to(self.actor).filter(repository__datacenter_id=location)
        page = self.read_page(narrowing.listed(templates, self.params), TEMPLATE)
        with_parts(self.actor, templates, page.rows)
        return self.send_page(page, TEMPLATE)
