"""Starting every operation on a deployed machine: power, undeploy, reconfigure, delete."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from approvals import services as approvals
from compute.models import VirtualMachine
from compute.placement import Demand, place
from compute.services.access import locked_machine, require_action
from compute.services.approving import DEPARTURES, of_departure, of_new_size
from compute.services.new_size import NewSize
from compute.services.rooms import rooms_of
from compute.services.streams import withdraw_streams
from compute.states import ACTIONS
from core.errors import Invalid, NoPlacement
from core.transactions import retried_transaction
from infrastructure.models import Host
from infrastructure.services import admit, change_claim, locked_place_in
from operations import engine
from operations.models import Operation
from operations.services import repeated_operation
from operations.services.control import scoped_key
from tenants.limits import Amounts, Force

SIMPLE = ("power_on", "power_off", "shut_down", "reset", "pause", "resume", "undeploy")


@retried_transaction
def perform(
    *,
    actor: Any,
    machine_id: int,
    action_name: str,
    idempotency_key: str | None = None,
    correlation_id: str = "",
) -> Operation:
    """Start one of the actions that need nothing but the machine.

    Raises NotFound, PermissionRefused, Conflict with the reason; Invalid for an unknown action.
    """
    if action_name not in SIMPLE:
        raise Invalid(_("There is no action %(name)s.") % {"name": action_name})
    machine = locked_machine(actor, machine_id)
    kind = ACTIONS[action_name].operation_kind
    repeated = repeated_operation(actor=actor, idempotency_key=idempotency_key, kind=kind, resource=machine)
    if repeated:
        return repeated
    require_action(actor, machine, action_name)
    return start_action(
        actor=actor,
        machine=machine,
        action_name=action_name,
        idempotency_key=scoped_key(actor, idempotency_key),
        correlation_id=correlation_id,
    )


def start_action(*, actor: Any, machine: VirtualMachine, action_name: str, **context: Any) -> Operation:
    """Start the operation behind an action that was found possible; the machine's row is locked.

    ``context`` goes to the engine: ``parameters``, ``idempotency_key``, ``correlation_id``; but
    ``propose`` makes what approvers are asked, where the action alone does not say it.
    """
    if action_name in DEPARTURES:
        context["propose"] = partial(of_departure, machine, action_name)
        withdraw_streams(machine, actor)
    begin = engine.start
    if "propose" in context:
        begin = partial(approvals.start, enterprise=machine.enterprise)
    parameters = {"from_state": machine.state, "from_reason": machine.unknown_reason}
    return begin(
        kind=ACTIONS[action_name].operation_kind,
        resource=machine,
        actor=actor,
        parameters=parameters | context.pop("parameters", {}),
        **context,
    )


def reconfigure(
    *, actor: Any, machine: VirtualMachine, size: NewSize, force: bool | Force, correlation_id: str
) -> Operation:
    """Give a switched-off machine another size: the difference is checked and claimed.

    Until the operation ends the machine holds the greater of both sizes, so that a failure, which
    leaves it as it was, takes nothing that was given away meanwhile.
    """
    more = size.more(machine)
    there = locked_place_in(
        enterprise_id=machine.enterprise_id, virtual_datacenter_id=machine.virtual_datacenter_id
    )
    passed = admit(actor=actor, place=there, requested=more, force=force, subject=machine)
    _check_room(machine, more)
    _check_datastores(machine, size)
    disk_mib = machine.disk_mib + more.disk_mib
    change_claim(
        machine_id=machine.id,
        vcpus=max(size.vcpus, machine.vcpus),
        memory_mib=max(size.memory_mib, machine.memory_mib),
        disk_mib=disk_mib,
    )
    after = {"vcpus": size.vcpus, "memory_mib": size.memory_mib}
    return start_action(
        actor=actor,
        machine=machine,
        action_name="reconfigure",
        correlation_id=correlation_id,
        propose=partial(
            of_new_size, machine, size={**after, "disk_mib": disk_mib}, passed=passed, force=force
        ),
        parameters={
            "before": {"vcpus": machine.vcpus, "memory_mib": machine.memory_mib},
            "after": after,
            "disks": {str(pk): size_mib for pk, size_mib in size.disks.items()},
        },
    )


def _check_room(machine: VirtualMachine, more: Amounts) -> None:
    host = Host.objects.select_for_update().get(pk=machine.host_id)
    demand = Demand(
        enterprise_id=machine.enterprise_id,
        hypervisor_type=host.hypervisor_type,
        vcpus=max(more.vcpus, 0),
        memory_mib=max(more.memory_mib, 0),
        disk_mib=0,
    )
    placement = place(rooms_of(host.datacenter_id, host=host), demand)
    if placement.host is None:
        raise NoPlacement(
            _(
                "The machine's host has no room for %(vcpus)s more virtual CPUs "
                "and %(memory)s MiB more memory."
            )
            % {"vcpus": demand.vcpus, "memory": demand.memory_mib},
            remedy=_("Choose a smaller size, or undeploy and deploy it anew to place it elsewhere."),
            table=tuple(rejection.as_dict() for rejection in placement.rejected),
        )


def _check_datastores(machine: VirtualMachine, size: NewSize) -> None:
    """Whether those the growing disks lie on have room for it; the host's row is locked."""
    by_disk = size.by_disk(machine)
    if not by_disk:
        return
    (room,) = rooms_of(machine.host.datacenter_id, host=machine.host)
    free = {each.id: each.free_mib for each in room.datastores}
    for disk, more_mib in by_disk.items():
        free[disk.datastore_id] = free.get(disk.datastore_id, 0) - more_mib
        if free[disk.datastore_id] < 0:
            raise NoPlacement(
                _("The disk's datastore has no room for %(more)s MiB more: %(free)s MiB are free.")
                % {"more": more_mib, "free": max(0, free[disk.datastore_id] + more_mib)},
                remedy=_("Choose a smaller size, or undeploy and deploy it anew to place it elsewhere."),
            )
