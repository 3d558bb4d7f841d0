"""NICs and disks of a machine."""

from compute.api.resources import DISK, NIC
from compute.api.rows import disks_of, nics_of
from compute.api.views.machines import MachineView
from core.api.verbs import speaks


class Nics(MachineView):
    @speaks("NICs of a machine", answers=(NIC,), many=True)
    def get(self, request, vdc, vapp, vm):
        return self.whole(nics_of(self.actor, self.machine_row(vdc, vapp, vm)), NIC)


class OneNic(MachineView):
    @speaks("A NIC", answers=(NIC,))
    def get(self, request, vdc, vapp, vm, nic):
        nics = nics_of(self.actor, self.machine_row(vdc, vapp, vm))
        return self.answer(NIC, self.among(nics, nic, "NIC-0"))


class Disks(MachineView):
    @speaks("Disks of a machine", answers=(DISK,), many=True)
    def get(self, request, vdc, vapp, vm):
        return self.whole(disks_of(self.actor, self.machine_row(vdc, vapp, vm)), DISK)


class OneDisk(MachineView):
    @speaks("A disk", answers=(DISK,))
    def get(self, request, vdc, vapp, vm, disk):
        disks = disks_of(self.actor, self.machine_row(vdc, vapp, vm))
        return self.answer(DISK, self.among(disks, disk, "HD-0"))
