"""Remote services, by their own address and by their type within a datacenter."""

from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure import services
from infrastructure.api.resources import REMOTE_SERVICE
from infrastructure.models import Datacenter, RemoteService
from infrastructure.querysets import DETAILS
from infrastructure.services.rights import MANAGE


class RemoteServiceView(DialectView):
    """A view of remote services; the two kinds of addresses differ in how they find one."""

    def known(self):
        return RemoteService.objects.visible_to(self.actor)

    def services_of(self, datacenter: int):
        """Raises NotFound for the datacenter."""
        self.datacenter(datacenter)
        return self.known().filter(datacenter=datacenter)

    def datacenter(self, pk: int) -> Datacenter:
        """Raises NotFound."""
        return self.one(Datacenter.objects.visible_to(self.actor).filter(pk=pk), "DC-0")

    def row_of(self, pk: int | None) -> Row:
        """Raises NotFound."""
        return self.row(self.known().filter(pk=pk), REMOTE_SERVICE, "RS-0")

    def of_type(self, datacenter: int, type: str) -> int | None:
        """The id of the service of a type, in any spelling: ``DHCP_SERVICE``, ``dhcpservice``."""
        spelled = type.replace("_", "").lower()
        named = self.services_of(datacenter).values_list("pk", "type")
        return next((pk for pk, name in named if name.replace("_", "").lower() == spelled), None)

    def create(self, datacenter: Datacenter):
        """201 with the service the body describes."""
        values = REMOTE_SERVICE.read(self.document(), creating=True)
        made = services.add_remote_service(actor=self.actor, datacenter=datacenter, **values)
        return self.created(REMOTE_SERVICE, self.row_of(made.pk))

    def change(self, pk: int | None):
        """200 with the service changed by the body. Raises NotFound."""
        found = self.one(self.known().filter(pk=pk), "RS-0")
        values = REMOTE_SERVICE.read(self.document())
        services.update_remote_service(actor=self.actor, service=found, **values)
        return self.answer(REMOTE_SERVICE, self.row_of(pk))

    def remove(self, pk: int | None):
        """204. Raises NotFound."""
        found = self.one(self.known().select_related("datacenter").filter(pk=pk), "RS-0")
        services.delete_remote_service(actor=self.actor, service=found)
        return self.nothing()


_CREATES = {"answers": (REMOTE_SERVICE,), "accepts": (REMOTE_SERVICE,), "status": 201, "privilege": MANAGE}
_CHANGES = {"answers": (REMOTE_SERVICE,), "accepts": (REMOTE_SERVICE,), "privilege": MANAGE}


class RemoteServices(RemoteServiceView):
    @speaks("Remote services of a datacenter", answers=(REMOTE_SERVICE,), many=True, privilege=DETAILS)
    def get(self, request, datacenter):
        return self.whole(self.services_of(datacenter).values(*REMOTE_SERVICE.columns), REMOTE_SERVICE)

    @speaks("Register a remote service in a datacenter", **_CREATES)
    def post(self, request, datacenter):
        return self.create(self.datacenter(datacenter))


class RemoteServiceOfType(RemoteServiceView):
    @speaks("The remote service of one type", answers=(REMOTE_SERVICE,), privilege=DETAILS)
    def get(self, request, datacenter, type):
        return self.answer(REMOTE_SERVICE, self.row_of(self.of_type(datacenter, type)))

    @speaks("Change the address of a remote service", **_CHANGES)
    def put(self, request, datacenter, type):
        return self.change(self.of_type(datacenter, type))

    @speaks("Forget a remote service no deployed machine needs", status=204, privilege=MANAGE)
    def delete(self, request, datacenter, type):
        return self.remove(self.of_type(datacenter, type))


class AllRemoteServices(RemoteServiceView):
    @speaks("Remote services", answers=(REMOTE_SERVICE,), many=True, paged=True, privilege=DETAILS)
    def get(self, request):
        return self.page(self.known(), REMOTE_SERVICE)

    @speaks("Register a remote service in the datacenter of the link 'datacenter'", **_CREATES)
    def post(self, request):
        link = self.document().require_reference("datacenter", "/admin/datacenters/{datacenter}")
        return self.create(self.datacenter(link["datacenter"]))


class OneRemoteService(RemoteServiceView):
    @speaks("A remote service", answers=(REMOTE_SERVICE,), privilege=DETAILS)
    def get(self, request, service):
        return self.answer(REMOTE_SERVICE, self.row_of(service))

    @speaks("Change the address of a remote service", **_CHANGES)
    def put(self, request, service):
        return self.change(service)

    @speaks("Forget a remote service no deployed machine needs", status=204, privilege=MANAGE)
    def delete(self, request, service):
        return self.remove(service)
