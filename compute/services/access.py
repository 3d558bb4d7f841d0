"""Finding a machine for an actor, and refusing what its state or their rights forbid."""

from typing import Any, TypeVar

from django.utils.translation import gettext as _

from compute.models import VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.states import ACTIONS, decide
from core.errors import Conflict, NotFound, OperationInProgress, PermissionRefused
from operations.models import Operation

Container = TypeVar("Container", VirtualDatacenter, VirtualAppliance)


def locked_machine(actor: Any, machine_id: int) -> VirtualMachine:
    """The machine with its row locked. Raises NotFound when the actor may not see it."""
    machine = VirtualMachine.objects.visible_to(actor).select_for_update().filter(pk=machine_id).first()
    if machine is None:
        raise NotFound(_("There is no such virtual machine."), code="VM-1")
    return machine


def locked_container(container: Container) -> Container:
    """The virtual datacenter or appliance as it is now, its row locked: nothing enters what is being removed.

    Raises NotFound when it went meanwhile.
    """
    found = type(container).objects.select_for_update().filter(pk=container.pk).first()
    if found is None:
        code = "VDC-0" if isinstance(container, VirtualDatacenter) else "VAPP-0"
        raise NotFound(_("%(name)s was deleted meanwhile.") % {"name": container.name}, code=code)
    return found


def require_idle(appliance: VirtualAppliance) -> None:
    """Raise OperationInProgress while the appliance itself is worked on, as when it is being made."""
    running = Operation.objects.active_on("virtual_appliance", [appliance.pk]).first()
    if running:
        raise OperationInProgress(
            _("A task is working on %(name)s.") % {"name": appliance.name},
            code="VAPP-5",
            operation_id=running.id,
            remedy=_("Wait for it to end, or cancel it."),
        )


def is_being_made(appliance: VirtualAppliance) -> bool:
    """Whether an operation owns the appliance itself now."""
    return Operation.objects.active_on("virtual_appliance", [appliance.pk]).exists()


def active_operation(machine: VirtualMachine) -> Operation | None:
    """The operation that owns the machine now, or None."""
    return Operation.objects.active_on("virtual_machine", [machine.id]).first()


def require_action(actor: Any, machine: VirtualMachine, action_name: str) -> None:
    """Raise the fitting error unless the actor may do this to the machine now."""
    running = active_operation(machine)
    if running:
        raise OperationInProgress(
            _("Another task is working on %(name)s.") % {"name": machine.name},
            operation_id=running.id,
            remedy=_("Wait for it to end, or cancel it."),
        )
    action = ACTIONS[action_name]
    decision = decide(action, state=machine.state, locked=False, actor=actor, machine=machine)
    if decision:
        return
    raise (PermissionRefused if decision.by_right else Conflict)(
        decision.reason.message,
        code=None if decision.by_right else decision.reason.code,
        remedy=decision.reason.remedy,
        reasons=(decision.reason,),
    )
