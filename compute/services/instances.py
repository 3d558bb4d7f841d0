"""Making an instance: disks of a machine that is off become a template that keeps to the machine's master."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalogue.formats import mib
from catalogue.models import Template
from catalogue.services.making import DiskToMake, Owner, begin_template, most_bytes_of
from compute.models import Disk, DiskKind, VirtualMachine
from compute.services.access import locked_machine, require_action
from compute.services.power import start_action
from contracts.vocabulary import DiskFormat
from core.errors import Invalid, NotFound
from core.transactions import retried_transaction
from infrastructure.services import admission_of, place_in_location
from operations.models import Operation
from operations.services import repeated_operation
from operations.services.control import scoped_key
from tenants.limits import Amounts, Force, LimitLine
from tenants.services.refusals import noting_refusals

ACTION = "instance"
KIND = "virtual_machine.instance"
_MIB = 2**20


@dataclass(frozen=True)
class WantedInstance:
    """``disks`` are ids of the machine's; None: all of them."""

    name: str
    description: str = ""
    disks: Sequence[int] | None = None


@dataclass(frozen=True)
class InstancePlan:
    """What an instance of these disks takes at most, and what the limits of repositories say to it."""

    room_mib: int
    limit_lines: tuple[LimitLine, ...]


@noting_refusals
@retried_transaction
def make_instance(
    *,
    actor: Any,
    machine_id: int,
    wanted: WantedInstance,
    force: bool | Force = False,
    idempotency_key: str | None = None,
    correlation_id: str = "",
) -> Operation:
    """Begin to copy the disks; the template is there at once, IN_PROGRESS, and holds the room it may take.

    Raises NotFound (VM-1, HD-0), PermissionRefused, Invalid, Conflict (state, running task), LimitExceeded.
    """
    machine = locked_machine(actor, machine_id)
    repeated = repeated_operation(actor=actor, idempotency_key=idempotency_key, kind=KIND, resource=machine)
    if repeated:
        return repeated
    require_action(actor, machine, ACTION)
    if not wanted.name.strip():
        raise Invalid(_("An instance needs a name."), code="GEN-2")
    disks = chosen_disks(machine, wanted.disks)
    template = begin_template(
        actor=actor,
        like=machine.template,
        owner=Owner(machine.enterprise, machine.virtual_datacenter.datacenter),
        disks=[_to_make(disk) for disk in disks],
        force=force,
        name=wanted.name,
        description=wanted.description,
        master=_master_of(machine.template),
        vcpus=machine.vcpus,
        memory_mib=machine.memory_mib,
    )
    return start_action(
        actor=actor,
        machine=machine,
        action_name=ACTION,
        idempotency_key=scoped_key(actor, idempotency_key),
        correlation_id=correlation_id,
        parameters={"template": template.pk, "disks": [disk.pk for disk in disks], "name": template.name},
    )


def plan_instance(machine: VirtualMachine, disk_ids: Sequence[int] | None = None) -> InstancePlan:
    """What it would take, changing nothing. Raises NotFound (HD-0), Invalid."""
    disks = [_to_make(disk) for disk in chosen_disks(machine, disk_ids)]
    place = place_in_location(machine.enterprise, machine.virtual_datacenter.datacenter_id)
    room = Amounts(repository_mib=mib(sum(disk.most_bytes for disk in disks)))
    return InstancePlan(room.repository_mib, admission_of(place, room).lines)


def chosen_disks(machine: VirtualMachine, disk_ids: Iterable[int] | None) -> list[Disk]:
    """Disks of the machine in their order. Raises NotFound (HD-0) for another machine's, Invalid for none."""
    kept = machine.disks.exclude(kind=DiskKind.CDROM)
    disks = list(kept.select_related("template_disk", "datastore").order_by("position"))
    if disk_ids is not None:
        wanted = set(disk_ids)
        if wanted - {disk.pk for disk in disks}:
            raise NotFound(_("The machine has no such disk."), code="HD-0")
        disks = [disk for disk in disks if disk.pk in wanted]
    if not disks:
        raise Invalid(_("Choose at least one disk."), code="VIMAGE-72")
    return disks


def _to_make(disk: Disk) -> DiskToMake:
    like = disk.template_disk if disk.kind == DiskKind.COPY else None
    size_bytes = max(disk.size_mib * _MIB, like.virtual_size_bytes if like else 0)
    return DiskToMake(
        format=DiskFormat.QCOW2,
        virtual_size_bytes=size_bytes,
        most_bytes=most_bytes_of(size_bytes),
        like=like,
    )


def _master_of(template: Template | None) -> Template | None:
    """Instances of an instance keep to its master, so that there is one step between them and never more."""
    return template and (template.master or template)
