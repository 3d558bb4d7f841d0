"""Datacenters and their network service types."""

from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure import services
from infrastructure.api.resources import (
    DATACENTER,
    DATACENTER_WITH_SERVICES,
    NETWORK_SERVICE_TYPE,
    REMOTE_SERVICE,
)
from infrastructure.models import Datacenter, NetworkServiceType, RemoteService
from infrastructure.querysets import DETAILS
from infrastructure.services.rights import MANAGE

SERVICE_COLUMNS = (*REMOTE_SERVICE.columns, "datacenter_id")


class WithinDatacenterView(DialectView):
    """A view of, or below, one datacenter."""

    def datacenters(self):
        return Datacenter.objects.visible_to(self.actor)

    def datacenter(self, pk: int):
        """The datacenter's row. Raises NotFound."""
        return self.row(self.datacenters().filter(pk=pk), DATACENTER, "DC-0")


class Datacenters(WithinDatacenterView):
    @speaks("Datacenters", answers=(DATACENTER, DATACENTER_WITH_SERVICES), many=True, paged=True)
    def get(self, request):
        chosen = self.verb.representation(self.choice.name)
        page = self.read_page(self.datacenters(), chosen)
        if chosen is DATACENTER_WITH_SERVICES:
            visible = RemoteService.objects.visible_to(self.actor)
            found = list(
                visible.filter(datacenter__in=[row["id"] for row in page.rows]).values(*SERVICE_COLUMNS)
            )
            for row in page.rows:
                row["remote_services"] = [each for each in found if each["datacenter_id"] == row["id"]]
        return self.send_page(page, chosen)

    @speaks(
        "Create a datacenter, open to the enterprise of who creates it",
        answers=(DATACENTER,),
        accepts=(DATACENTER,),
        status=201,
        privilege=MANAGE,
    )
    def post(self, request):
        values = DATACENTER.read(self.document(), creating=True)
        made = services.create_datacenter(actor=self.actor, **values)
        return self.created(DATACENTER, self.datacenter(made.pk))


class OneDatacenter(WithinDatacenterView):
    @speaks("A datacenter", answers=(DATACENTER,))
    def get(self, request, datacenter):
        return self.answer(DATACENTER, self.datacenter(datacenter))

    @speaks("Change name or location", answers=(DATACENTER,), accepts=(DATACENTER,), privilege=MANAGE)
    def put(self, request, datacenter):
        found = self.one(self.datacenters().filter(pk=datacenter), "DC-0")
        values = DATACENTER.read(self.document())
        services.update_datacenter(actor=self.actor, datacenter=found, **values)
        return self.answer(DATACENTER, self.datacenter(datacenter))

    @speaks(
        "Delete a datacenter without virtual datacenters, with its racks and hosts",
        status=204,
        privilege=MANAGE,
    )
    def delete(self, request, datacenter):
        found = self.one(self.datacenters().filter(pk=datacenter), "DC-0")
        services.delete_datacenter(actor=self.actor, datacenter=found)
        return self.nothing()


class NetworkServiceTypes(WithinDatacenterView):
    @speaks("Network service types", answers=(NETWORK_SERVICE_TYPE,), many=True, privilege=DETAILS)
    def get(self, request, datacenter):
        self.datacenter(datacenter)
        types = NetworkServiceType.objects.visible_to(self.actor).filter(datacenter=datacenter)
        return self.whole(types.values(*NETWORK_SERVICE_TYPE.columns), NETWORK_SERVICE_TYPE)


class OneNetworkServiceType(DialectView):
    @speaks("A network service type", answers=(NETWORK_SERVICE_TYPE,), privilege=DETAILS)
    def get(self, request, datacenter, networkservicetype):
        types = NetworkServiceType.objects.visible_to(self.actor)
        found = types.filter(pk=networkservicetype, datacenter=datacenter)
        return self.answer(NETWORK_SERVICE_TYPE, self.row(found, NETWORK_SERVICE_TYPE, "NST-0"))
