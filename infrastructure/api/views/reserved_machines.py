"""Hosts (the dialect's machines) that are reserved for one enterprise."""

from core.api.document import Document
from core.api.fields import integer
from core.api.resource import Row
from core.api.verbs import speaks
from core.errors import Invalid
from infrastructure import services
from infrastructure.api.resources import MACHINE, RESERVED_MACHINE
from infrastructure.api.rows import with_parts, with_places
from infrastructure.api.views.limits import LimitView
from infrastructure.models import Host
from infrastructure.querysets import DETAILS
from infrastructure.services.reservations import RESERVE

HOST_ID = integer("id", least=1)
MACHINE_REFERENCE = "/admin/datacenters/{datacenter}/racks/{rack}/machines/{machine}"


class ReservationView(LimitView):
    """What the addresses of an enterprise's reserved hosts share."""

    def reserved(self, enterprise: int):
        """The visible hosts reserved for it. Raises NotFound for the enterprise."""
        self.enterprise(enterprise)
        return Host.objects.visible_to(self.actor).filter(reserved_for_id=enterprise)

    def reserve(self, enterprise: int, machine: int):
        """Reserve a visible host for a known enterprise, and answer it."""
        found, hosts = self.enterprise(enterprise), Host.objects.visible_to(self.actor)
        host = self.one(hosts.select_related("datacenter").filter(pk=machine), "MACHINE-0")
        services.reserve_host(actor=self.actor, host=host, enterprise=found)
        return self.created(MACHINE, self.machine_row(machine))

    def machine_row(self, machine: int) -> Row:
        """Raises NotFound."""
        visible = Host.objects.visible_to(self.actor).filter(pk=machine)
        return with_parts(self.actor, [self.row(visible, MACHINE, "MACHINE-0")])[0]


class ReservedMachines(ReservationView):
    @speaks(
        "Hosts reserved for the enterprise",
        answers=(MACHINE, RESERVED_MACHINE),
        many=True,
        paged=True,
        privilege=DETAILS,
    )
    def get(self, request, enterprise):
        chosen = self.verb.representation(self.choice.name)
        page = self.read_page(self.reserved(enterprise), chosen)
        with_parts(self.actor, page.rows)
        if chosen is RESERVED_MACHINE:
            with_places(self.actor, page.rows)
        return self.send_page(page, chosen)

    @speaks(
        "Reserve the host that the body, or its link 'edit', names",
        answers=(MACHINE,),
        accepts=(MACHINE,),
        status=201,
        privilege=RESERVE,
    )
    def post(self, request, enterprise):
        return self.reserve(enterprise, machine_in(self.document()))


class ReserveMachine(ReservationView):
    @speaks(
        "Reserve the host of the query",
        answers=(MACHINE,),
        status=201,
        privilege=RESERVE,
        parameters={"machine": "The host's id."},
    )
    def post(self, request, enterprise):
        machine = self.number("machine")
        if machine is None:
            raise Invalid("machine: the host's id is needed.", code="GEN-2")
        return self.reserve(enterprise, machine)


class OneReservedMachine(ReservationView):
    @speaks("Let the host take machines of everybody again", status=204, privilege=RESERVE)
    def delete(self, request, enterprise, machine):
        found = self.enterprise(enterprise)
        hosts = Host.objects.visible_to(self.actor).select_related("datacenter").filter(pk=machine)
        host = self.one(hosts, "MACHINE-0")
        services.release_host(actor=self.actor, host=host, enterprise=found)
        return self.nothing()


def machine_in(document: Document) -> int:
    """The id of the host a body is about. Raises Invalid (GEN-2, GEN-6)."""
    linked = document.reference("edit", MACHINE_REFERENCE) or document.reference("machine", MACHINE_REFERENCE)
    if linked:
        return linked["machine"]
    return HOST_ID.read(document.get("id") or 0)
