"""Hosts, called machines in the dialect."""

from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.api.resources import DATASTORE, MACHINE, MACHINE_STATE, RACK
from infrastructure.api.rows import with_parts
from infrastructure.models import Host, HostState, Rack
from infrastructure.querysets import DETAILS


class HostView(DialectView):
    """A view below one rack."""

    def hosts(self, datacenter: int, rack: int):
        """The visible hosts of a rack. Raises NotFound for the rack."""
        racks = Rack.objects.visible_to(self.actor).filter(pk=rack, datacenter=datacenter)
        self.row(racks, RACK, "RACK-0")
        return Host.objects.visible_to(self.actor).filter(rack=rack)


class Machines(HostView):
    @speaks("Hosts of a rack", answers=(MACHINE,), many=True, paged=True, privilege=DETAILS)
    def get(self, request, datacenter, rack):
        page = self.read_page(self.hosts(datacenter, rack), MACHINE)
        with_parts(self.actor, page.rows)
        return self.send_page(page, MACHINE)


class OneMachine(HostView):
    @speaks("A host", answers=(MACHINE,), privilege=DETAILS)
    def get(self, request, datacenter, rack, machine):
        row = self.row(self.hosts(datacenter, rack).filter(pk=machine), MACHINE, "MACHINE-0")
        return self.answer(MACHINE, with_parts(self.actor, [row])[0])


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
