"""Datacenters, their remote services, network service types and racks."""

from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.api.resources import (
    DATACENTER,
    DATACENTER_WITH_SERVICES,
    NETWORK_SERVICE_TYPE,
    RACK,
    REMOTE_SERVICE,
)
from infrastructure.models import Datacenter, NetworkServiceType, Rack, RemoteService
from infrastructure.querysets import DETAILS

SERVICE_COLUMNS = (*REMOTE_SERVICE.columns, "datacenter_id")


class WithinDatacenterView(DialectView):
    """A view below one datacenter."""

    def datacenter(self, pk: int):
        """The datacenter's row. Raises NotFound."""
        return self.row(Datacenter.objects.visible_to(self.actor).filter(pk=pk), DATACENTER, "DC-0")


class Datacenters(DialectView):
    @speaks("Datacenters", answers=(DATACENTER, DATACENTER_WITH_SERVICES), many=True, paged=True)
    def get(self, request):
        chosen = self.verb.representation(self.choice.name)
        page = self.read_page(Datacenter.objects.visible_to(self.actor), chosen)
        if chosen is DATACENTER_WITH_SERVICES:
            visible = RemoteService.objects.visible_to(self.actor)
            services = list(
                visible.filter(datacenter__in=[row["id"] for row in page.rows]).values(*SERVICE_COLUMNS)
            )
            for row in page.rows:
                row["remote_services"] = [each for each in services if each["datacenter_id"] == row["id"]]
        return self.send_page(page, chosen)


class OneDatacenter(WithinDatacenterView):
    @speaks("A datacenter", answers=(DATACENTER,))
    def get(self, request, datacenter):
        return self.answer(DATACENTER, self.datacenter(datacenter))


class RemoteServices(WithinDatacenterView):
    @speaks("Remote services of a datacenter", answers=(REMOTE_SERVICE,), many=True, privilege=DETAILS)
    def get(self, request, datacenter):
        self.datacenter(datacenter)
        services = RemoteService.objects.visible_to(self.actor).filter(datacenter=datacenter)
        return self.whole(services.values(*REMOTE_SERVICE.columns), REMOTE_SERVICE)


class RemoteServiceOfType(WithinDatacenterView):
    @speaks("The remote service of one type", answers=(REMOTE_SERVICE,), privilege=DETAILS)
    def get(self, request, datacenter, type):
        self.datacenter(datacenter)
        services = RemoteService.objects.visible_to(self.actor).filter(datacenter=datacenter)
        spelled = type.replace("_", "").lower()
        pk = next(
            (
                pk
                for pk, name in services.values_list("pk", "type")
                if name.replace("_", "").lower() == spelled
            ),
            None,
        )
        return self.answer(REMOTE_SERVICE, self.row(services.filter(pk=pk), REMOTE_SERVICE, "RS-0"))


class AllRemoteServices(DialectView):
    @speaks("Remote services", answers=(REMOTE_SERVICE,), many=True, paged=True, privilege=DETAILS)
    def get(self, request):
        return self.page(RemoteService.objects.visible_to(self.actor), REMOTE_SERVICE)


class OneRemoteService(DialectView):
    @speaks("A remote service", answers=(REMOTE_SERVICE,), privilege=DETAILS)
    def get(self, request, service):
        found = RemoteService.objects.visible_to(self.actor).filter(pk=service)
        return self.answer(REMOTE_SERVICE, self.row(found, REMOTE_SERVICE, "RS-0"))


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


class Racks(WithinDatacenterView):
    @speaks("Racks of a datacenter", answers=(RACK,), many=True, paged=True, privilege=DETAILS)
    def get(self, request, datacenter):
        self.datacenter(datacenter)
        return self.page(Rack.objects.visible_to(self.actor).filter(datacenter=datacenter), RACK)


class OneRack(DialectView):
    @speaks("A rack", answers=(RACK,), privilege=DETAILS)
    def get(self, request, datacenter, rack):
        found = Rack.objects.visible_to(self.actor).filter(pk=rack, datacenter=datacenter)
        return self.answer(RACK, self.row(found, RACK, "RACK-0"))
