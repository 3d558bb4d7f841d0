"""Racks of a datacenter."""

from core.api.verbs import speaks
from infrastructure import services
from infrastructure.api.resources import RACK
from infrastructure.api.views.datacenters import WithinDatacenterView
from infrastructure.models import Datacenter, Rack
from infrastructure.querysets import DETAILS
from infrastructure.services.rights import MODIFY_HOSTS


class RackView(WithinDatacenterView):
    """A view of, or below, the racks of one datacenter."""

    def racks(self, datacenter: int):
        return Rack.objects.visible_to(self.actor).filter(datacenter=datacenter)

    def rack(self, datacenter: int, rack: int) -> Rack:
        """The rack, for a service. Raises NotFound."""
        return self.one(self.racks(datacenter).filter(pk=rack), "RACK-0")

    def rack_row(self, datacenter: int, rack: int):
        """Raises NotFound."""
        return self.row(self.racks(datacenter).filter(pk=rack), RACK, "RACK-0")


class Racks(RackView):
    @speaks("Racks of a datacenter", answers=(RACK,), many=True, paged=True, privilege=DETAILS)
    def get(self, request, datacenter):
        self.datacenter(datacenter)
        return self.page(self.racks(datacenter), RACK)

    @speaks("Create a rack", answers=(RACK,), accepts=(RACK,), status=201, privilege=MODIFY_HOSTS)
    def post(self, request, datacenter):
        parent = self.one(Datacenter.objects.visible_to(self.actor).filter(pk=datacenter), "DC-0")
        values = RACK.read(self.document(), creating=True)
        made = services.create_rack(actor=self.actor, datacenter=parent, **values)
        return self.created(RACK, self.rack_row(datacenter, made.pk))


class OneRack(RackView):
    @speaks("A rack", answers=(RACK,), privilege=DETAILS)
    def get(self, request, datacenter, rack):
        return self.answer(RACK, self.rack_row(datacenter, rack))

    @speaks("Change a rack", answers=(RACK,), accepts=(RACK,), privilege=MODIFY_HOSTS)
    def put(self, request, datacenter, rack):
        found, values = self.rack(datacenter, rack), RACK.read(self.document())
        services.update_rack(actor=self.actor, rack=found, **values)
        return self.answer(RACK, self.rack_row(datacenter, rack))

    @speaks("Delete a rack without hosts", status=204, privilege=MODIFY_HOSTS)
    def delete(self, request, datacenter, rack):
        services.delete_rack(actor=self.actor, rack=self.rack(datacenter, rack))
        return self.nothing()
