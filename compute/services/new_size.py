"""Another size of a machine: virtual CPUs, memory, and disks that grow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from compute.models import Disk, DiskKind, VirtualMachine
from compute.services.machine_disks import larger_size
from core.errors import NotFound
from tenants.access import require
from tenants.limits import Amounts

DISKS_PRIVILEGE = "MANAGE_HARD_DISKS"


@dataclass(frozen=True)
class NewSize:
    """``disks``: MiB of those that grow, by id."""

    vcpus: int
    memory_mib: int
    disks: Mapping[int, int] = field(default_factory=dict)

    def changes(self, machine: VirtualMachine) -> bool:
        return bool(self.disks) or (self.vcpus, self.memory_mib) != (machine.vcpus, machine.memory_mib)

    def more(self, machine: VirtualMachine) -> Amounts:
        """What it takes more than the machine has; less is negative."""
        return Amounts(
            vcpus=self.vcpus - machine.vcpus,
            memory_mib=self.memory_mib - machine.memory_mib,
            disk_mib=sum(self.by_disk(machine).values()),
        )

    def by_disk(self, machine: VirtualMachine) -> dict[Disk, int]:
        """How many MiB each disk grows by."""
        return {disk: self.disks[disk.pk] - disk.size_mib for disk in machine.disks.filter(pk__in=self.disks)}

    def set_now(self, machine: VirtualMachine, profile: Any) -> None:
        """Write it to a machine that is not deployed, whose row is locked."""
        more_mib = sum(self.by_disk(machine).values())
        machine.vcpus, machine.memory_mib, machine.hardware_profile = self.vcpus, self.memory_mib, profile
        machine.disk_mib += more_mib
        machine.save(update_fields=["vcpus", "memory_mib", "hardware_profile", "disk_mib", "updated_at"])
        for pk, size_mib in self.disks.items():
            machine.disks.filter(pk=pk).update(size_mib=size_mib)


def grown_disks(actor: Any, machine: VirtualMachine, changes: dict[str, Any]) -> dict[int, int]:
    """What ``system_disk_mib`` and ``disk_sizes`` ask for that is not so already: MiB by id.

    Raises NotFound (HD-0), Invalid (HD-3), Conflict (HD-8, HD-16), PermissionRefused.
    """
    asked = {pk: size for pk, size in (changes.get("disk_sizes") or {}).items() if size is not None}
    system_mib = changes.get("system_disk_mib")
    if not asked and system_mib is None:
        return {}
    disks = {disk.pk: disk for disk in machine.disks.order_by("position")}
    if system_mib is not None:
        own = (disk.pk for disk in disks.values() if disk.kind != DiskKind.CDROM)
        asked |= {pk: system_mib for pk in list(own)[:1]}
    if set(asked) - set(disks):
        raise NotFound(_("The machine has no such disk."), code="HD-0")
    sizes = {pk: larger_size(disks[pk], size, of=_("this one")) for pk, size in asked.items()}
    grown = {pk: size for pk, size in sizes.items() if size != disks[pk].size_mib}
    if grown:
        require(actor, DISKS_PRIVILEGE, machine)
    return grown
