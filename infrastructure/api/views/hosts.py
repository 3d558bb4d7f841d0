"""Hosts, called machines in the dialect."""

from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure import services
from infrastructure.api.bodies import datastores_in
from infrastructure.api.resources import DATASTORE, MACHINE, MACHINE_STATE, RACK
from infrastructure.api.rows import with_parts
from infrastructure.models import Host, HostState, Rack
from infrastructure.querysets import DETAILS
from infrastructure.services.rights import MODIFY_HOSTS

WHERE = ("hypervisor_type", "ip", "connection_uri")


class HostView(DialectView):
    """A view below one rack."""

    def racks(self, datacenter: int, rack: int):
        return Rack.objects.visible_to(self.actor).filter(pk=rack, datacenter=datacenter)

    def hosts(self, datacenter: int, rack: int):
        """The visible hosts of a rack. Raises NotFound for the rack."""
        self.row(self.racks(datacenter, rack), RACK, "RACK-0")
        return Host.objects.visible_to(self.actor).filter(rack=rack)

    def host(self, datacenter: int, rack: int, machine: int) -> Host:
        """The host, for a service. Raises NotFound."""
        return self.one(self.hosts(datacenter, rack).filter(pk=machine), "MACHINE-0")

    def host_row(self, datacenter: int, rack: int, machine: int) -> Row:
        """The row of a host with its parts. Raises NotFound."""
        row = self.row(self.hosts(datacenter, rack).filter(pk=machine), MACHINE, "MACHINE-0")
        return with_parts(self.actor, [row])[0]


class Machines(HostView):
    @speaks("Hosts of a rack", answers=(MACHINE,), many=True, paged=True, privilege=DETAILS)
    def get(self, request, datacenter, rack):
        page = self.read_page(self.hosts(datacenter, rack), MACHINE)
        with_parts(self.actor, page.rows)
        return self.send_page(page, MACHINE)

    @speaks(
        "Register a host with at least one datastore",
        answers=(MACHINE,),
        accepts=(MACHINE,),
        status=201,
        privilege=MODIFY_HOSTS,
    )
    def post(self, request, datacenter, rack):
        found = self.one(self.racks(datacenter, rack), "RACK-0")
        document = self.document()
        values = MACHINE.read(document, creating=True)
        values.pop("state", None)
        made = services.equip_host(actor=self.actor, rack=found, datastores=datastores_in(document), **values)
        return self.created(MACHINE, self.host_row(datacenter, rack, made.pk))


class OneMachine(HostView):
    @speaks("A host", answers=(MACHINE,), privilege=DETAILS)
    def get(self, request, datacenter, rack, machine):
        return self.answer(MACHINE, self.host_row(datacenter, rack, machine))

    @speaks(
        "Change name, description, size or state; where the host is stays",
        answers=(MACHINE,),
        accepts=(MACHINE,),
        privilege=MODIFY_HOSTS,
    )
    def put(self, request, datacenter, rack, machine):
        found, row = self.host(datacenter, rack, machine), self.host_row(datacenter, rack, machine)
        values = MACHINE.read(self.document(), current=row)
        changes = {name: value for name, value in values.items() if name not in WHERE}
        services.update_host(actor=self.actor, host=found, **changes)
        return self.answer(MACHINE, self.host_row(datacenter, rack, machine))

    @speaks("Remove a host that carries no virtual machine", status=204, privilege=MODIFY_HOSTS)
    def delete(self, request, datacenter, rack, machine):
        services.delete_host(actor=self.actor, host=self.host(datacenter, rack, machine))
        return self.nothing()


class MachineDatastores(HostView):
    @speaks("Datastores of a host", answers=(DATASTORE,), many=True, privilege=DETAILS)
    def get(self, request, datacenter, rack, machine):
        row = self.row(self.hosts(datacenter, rack).filter(pk=machine), MACHINE, "MACHINE-0")
        return self.whole(with_parts(self.actor, [row])[0]["datastores"], DATASTORE)


class OneMachineDatastore(HostView):
    @speaks("A datastore of a host", answers=(DATASTORE,), privilege=DETAILS)
    def get(self, request, datacenter, rack, machine, datastore):
        row = self.row(self.hosts(datacenter, rack).filter(pk=machine), MACHINE, "MACHINE-0")
        datastores = with_parts(self.actor, [row])[0]["datastores"]
        return self.answer(DATASTORE, self.among(datastores, datastore, "DATASTORE-0"))


class MachineState(HostView):
    @speaks("What the monitor last said of a host", answers=(MACHINE_STATE,), privilege=DETAILS)
    def get(self, request, datacenter, rack, machine):
        row = self.row(self.hosts(datacenter, rack).filter(pk=machine), MACHINE, "MACHINE-0")
        if row["reachable"] is False:
            row["state"] = HostState.STOPPED
        return self.answer(MACHINE_STATE, row)
