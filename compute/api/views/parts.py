"""NICs and disks of a machine."""

from django.utils.translation import gettext as _

from compute.api.forcing import FORCE, forced
from compute.api.resources import DISK, NIC
from compute.api.rows import disks_of, nics_of
from compute.api.views.machines import MachineView
from compute.models import DiskKind
from compute.services import eject_cdrom, update_virtual_machine
from core.api.verbs import speaks
from core.errors import Conflict


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

    @speaks(
        "Enlarge a disk: 204 when done at once, 202 with a task when the machine is deployed",
        answers=("acceptedrequest",),
        accepts=(DISK,),
        status=202,
        parameters=FORCE,
    )
    def put(self, request, vdc, vapp, vm, disk):
        self.among(disks_of(self.actor, self.machine_row(vdc, vapp, vm)), disk, "HD-0")
        wanted = DISK.read(self.document())
        operation = update_virtual_machine(
            actor=self.actor,
            machine_id=vm,
            disk_sizes={disk: wanted.get("size_mib")},
            force=forced(self.params),
            correlation_id=self.correlation_id,
        )
        return self.accepted_task(operation) if operation else self.nothing()

    @speaks(
        "Eject a CD-ROM: 204 when done at once, 202 with a task when the machine is deployed",
        answers=("acceptedrequest",),
        status=202,
        parameters={"force": "true takes it though the guest keeps its drive shut."},
    )
    def delete(self, request, vdc, vapp, vm, disk):
        row = self.among(disks_of(self.actor, self.machine_row(vdc, vapp, vm)), disk, "HD-0")
        if row["kind"] != DiskKind.CDROM:
            raise Conflict(
                _("Only CD-ROMs are taken out of a machine; this one is a disk of its own."),
                code="409-CONFLICT-NotImpemented",
            )
        operation = eject_cdrom(
            actor=self.actor,
            machine_id=vm,
            disk_id=disk,
            force=self.flag("force"),
            correlation_id=self.correlation_id,
        )
        return self.accepted_task(operation) if operation else self.nothing()
