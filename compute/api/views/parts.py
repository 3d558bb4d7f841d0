"""NICs and disks of a machine."""

from compute.api.resources import DISK, NIC
from compute.api.rows import disks_of, nics_of
from compute.api.views.machines import MachineView
from core.api.resource import Resource, Row
from core.api.verbs import speaks


class PartView(MachineView):
    """One part of a machine among its rows."""

    def part(self, rows: list[Row], pk: int, resource: Resource, code: str):
        """The row with this id. Raises NotFound."""
        row = next((each for each in rows if each["id"] == pk), None)
        if row is None:
            raise self.missing(code)
        return self.answer(resource, row)


class Nics(MachineView):
    @speaks("NICs of a machine", answers=(NIC,), many=True)
    def get(self, request, vdc, vapp, vm):
        return self.whole(nics_of(self.actor, self.machine_row(vdc, vapp, vm)), NIC)


class OneNic(PartView):
    @speaks("A NIC", answers=(NIC,))
    def get(self, request, vdc, vapp, vm, nic):
        return self.part(nics_of(self.actor, self.machine_row(vdc, vapp, vm)), nic, NIC, "NIC-0")


class Disks(MachineView):
    @speaks("Disks of a machine", answers=(DISK,), many=True)
    def get(self, request, vdc, vapp, vm):
        return self.whole(disks_of(self.actor, self.machine_row(vdc, vapp, vm)), DISK)


class OneDisk(PartView):
    @speaks("A disk", answers=(DISK,))
    def get(self, request, vdc, vapp, vm, disk):
        return self.part(disks_of(self.actor, self.machine_row(vdc, vapp, vm)), disk, DISK, "HD-0")
