"""Virtual datacenters."""

from compute import services
from compute.api.forcing import FORCE, forced
from compute.api.resources import VIRTUAL_DATACENTER
from compute.api.rows import with_surroundings
from compute.models import VirtualDatacenter
from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.models import Datacenter
from networking.api.resources import NETWORK
from tenants.models import Enterprise


class VirtualDatacenterView(DialectView):
    """A view of, or below, the virtual datacenters the actor sees."""

    def virtual_datacenters(self):
        return VirtualDatacenter.objects.visible_to(self.actor)

    def virtual_datacenter(self, pk: int) -> VirtualDatacenter:
        """Raises NotFound."""
        return self.one(self.virtual_datacenters().filter(pk=pk), "VDC-0")

    def row_of(self, pk: int) -> Row:
        """The row of a virtual datacenter with its default network. Raises NotFound."""
        row = self.row(self.virtual_datacenters().filter(pk=pk), VIRTUAL_DATACENTER, "VDC-0")
        return with_surroundings(self.actor, [row])[0]


class VirtualDatacenters(VirtualDatacenterView):
    @speaks("Virtual datacenters", answers=(VIRTUAL_DATACENTER,), many=True, paged=True)
    def get(self, request):
        page = self.read_page(self.virtual_datacenters(), VIRTUAL_DATACENTER)
        with_surroundings(self.actor, page.rows)
        return self.send_page(page, VIRTUAL_DATACENTER)

    @speaks(
        "Create a virtual datacenter in the location of the link 'location'",
        answers=(VIRTUAL_DATACENTER,),
        accepts=(VIRTUAL_DATACENTER,),
        status=201,
        parameters=FORCE,
    )
    def post(self, request):
        document = self.document()
        values = VIRTUAL_DATACENTER.read(document, creating=True)
        network = document.embedded("network", "vlan")
        made = services.create_virtual_datacenter(
            force=forced(self.params),
            actor=self.actor,
            enterprise=self._enterprise(document),
            datacenter=self._datacenter(document),
            network=NETWORK.read(network) if network else None,
            **values,
        )
        return self.created(VIRTUAL_DATACENTER, self.row_of(made.pk))

    def _enterprise(self, document: Document) -> Enterprise:
        link = document.reference("enterprise", "/admin/enterprises/{enterprise}") or {}
        pk = link.get("enterprise", self.number("enterprise") or self.actor.enterprise_id)
        return self.one(Enterprise.objects.visible_to(self.actor).filter(pk=pk), "EN-0")

    def _datacenter(self, document: Document) -> Datacenter:
        templates = ("/cloud/locations/{location}", "/admin/datacenters/{location}")
        pk = self.number("datacenter") or document.require_reference("location", *templates)["location"]
        return self.one(Datacenter.objects.visible_to(self.actor).filter(pk=pk), "DC-0")


class OneVirtualDatacenter(VirtualDatacenterView):
    @speaks("A virtual datacenter", answers=(VIRTUAL_DATACENTER,))
    def get(self, request, vdc):
        return self.answer(VIRTUAL_DATACENTER, self.row_of(vdc))

    @speaks("Change name and limits", answers=(VIRTUAL_DATACENTER,), accepts=(VIRTUAL_DATACENTER,))
    def put(self, request, vdc):
        found = self.virtual_datacenter(vdc)
        values = VIRTUAL_DATACENTER.read(self.document(), current=self.row_of(vdc))
        values.pop("hypervisor_type", None)
        services.update_virtual_datacenter(actor=self.actor, virtual_datacenter=found, **values)
        return self.answer(VIRTUAL_DATACENTER, self.row_of(vdc))

    @speaks("Delete an empty virtual datacenter", status=204)
    def delete(self, request, vdc):
        services.delete_virtual_datacenter(actor=self.actor, virtual_datacenter=self.virtual_datacenter(vdc))
        return self.nothing()


class EnterpriseDatacenters(VirtualDatacenterView):
    @speaks("Virtual datacenters of an enterprise", answers=(VIRTUAL_DATACENTER,), many=True, paged=True)
    def get(self, request, enterprise):
        self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        page = self.read_page(self.virtual_datacenters().filter(enterprise_id=enterprise), VIRTUAL_DATACENTER)
        with_surroundings(self.actor, page.rows)
        return self.send_page(page, VIRTUAL_DATACENTER)
