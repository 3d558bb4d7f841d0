"""The life of a virtual machine as data: which action is possible from which state, and why not.

Transitions and preconditions follow the published state machine of the REST dialect.
"""

from dataclasses import dataclass
from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from tenants.access import Decision, may


class MachineState(models.TextChoices):
    NOT_ALLOCATED = "NOT_ALLOCATED", _("Not deployed")
    ALLOCATED = "ALLOCATED", _("Allocated")
    CONFIGURED = "CONFIGURED", _("Configured")
    ON = "ON", _("On")
    PAUSED = "PAUSED", _("Paused")
    OFF = "OFF", _("Off")
    LOCKED = "LOCKED", _("Working")
    UNKNOWN = "UNKNOWN", _("Unknown")


DEPLOYED = (MachineState.ON, MachineState.OFF, MachineState.PAUSED)


class ApplianceState(models.TextChoices):
    EMPTY = "EMPTY", _("Empty")
    DEPLOYED = "DEPLOYED", _("Deployed")
    NOT_DEPLOYED = "NOT_DEPLOYED", _("Not deployed")
    NEEDS_SYNC = "NEEDS_SYNC", _("Partly deployed")
    LOCKED = "LOCKED", _("Working")
    UNKNOWN = "UNKNOWN", _("Unknown")


DELETES_UNKNOWN = "VAPP_DELETE_UNKNOWN_VM"


@dataclass(frozen=True)
class Action:
    """What a person can do to a machine. ``operation_kind`` is empty for what happens at once."""

    name: str
    title: str
    from_states: tuple[str, ...]
    privilege: str
    refusal: str
    refusal_code: str = "VM-4"
    operation_kind: str = ""
    icon: str = ""


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(
            "deploy",
            _("Deploy"),
            (MachineState.NOT_ALLOCATED,),
            "VAPP_DEPLOY_UNDEPLOY",
            _("Only machines that are not deployed can be deployed."),
            "VM-7",
            "virtual_machine.deploy",
            "rocket",
        ),
        Action(
            "power_on",
            _("Power on"),
            (MachineState.OFF,),
            "VAPP_PERFORM_ACTIONS",
            _("Only machines that are off can be powered on."),
            operation_kind="virtual_machine.power_on",
            icon="player-play",
        ),
        Action(
            "shut_down",
            _("Shut down"),
            (MachineState.ON,),
            "VAPP_PERFORM_ACTIONS",
            _("Only running machines can be shut down."),
            operation_kind="virtual_machine.shut_down",
            icon="power",
        ),
        Action(
            "power_off",
            _("Power off"),
            (MachineState.ON, MachineState.PAUSED),
            "VAPP_PERFORM_ACTIONS",
            _("Only running or paused machines can be powered off."),
            operation_kind="virtual_machine.power_off",
            icon="plug-off",
        ),
        Action(
            "reset",
            _("Reset"),
            (MachineState.ON,),
            "VAPP_PERFORM_ACTIONS",
            _("Only running machines can be reset."),
            "VM-26",
            "virtual_machine.reset",
            "refresh",
        ),
        Action(
            "pause",
            _("Pause"),
            (MachineState.ON,),
            "VAPP_PERFORM_ACTIONS",
            _("Only running machines can be paused."),
            operation_kind="virtual_machine.pause",
            icon="player-pause",
        ),
        Action(
            "resume",
            _("Resume"),
            (MachineState.PAUSED,),
            "VAPP_PERFORM_ACTIONS",
            _("Only paused machines can be resumed."),
            operation_kind="virtual_machine.resume",
            icon="player-play",
        ),
        Action(
            "reconfigure",
            _("Reconfigure"),
            (MachineState.NOT_ALLOCATED, MachineState.OFF),
            "VM_EDIT_CPU_RAM",
            _("CPU, memory and disks can be changed while the machine is off or not deployed."),
            operation_kind="virtual_machine.reconfigure",
            icon="adjustments",
        ),
        Action(
            "instance",
            _("Make an instance"),
            (MachineState.OFF,),
            "VAPP_CREATE_INSTANCE",
            _("An instance can be made of a machine while it is off."),
            operation_kind="virtual_machine.instance",
            icon="camera",
        ),
        Action(
            "change_cdrom",
            _("Insert or eject a CD-ROM"),
            (MachineState.NOT_ALLOCATED, MachineState.ON, MachineState.OFF, MachineState.PAUSED),
            "MANAGE_ISO",
            _("CD-ROMs can't be inserted nor ejected while nobody knows the machine's state."),
            operation_kind="virtual_machine.change_cdrom",
            icon="disc",
        ),
        Action(
            "set_up_guest",
            _("Change the guest's set-up"),
            (MachineState.NOT_ALLOCATED, MachineState.OFF),
            "VDC_MANAGE_VAPP",
            _("What a guest is told can be changed while the machine is off or not deployed."),
            operation_kind="virtual_machine.set_up_guest",
            icon="file-settings",
        ),
        Action(
            "reset_guest_password",
            _("Make a new first password"),
            (MachineState.NOT_ALLOCATED,),
            "VM_RESET_GUEST_PASSWORD",
            _("A guest takes its first password at its first start only: undeploy the machine first."),
            "VM-162",
            icon="password",
        ),
        Action(
            "undeploy",
            _("Undeploy"),
            (
                MachineState.ON,
                MachineState.OFF,
                MachineState.PAUSED,
                MachineState.UNKNOWN,
                MachineState.ALLOCATED,
            ),
            "VAPP_DEPLOY_UNDEPLOY",
            _("This machine is not deployed."),
            "VM-12",
            "virtual_machine.undeploy",
            "rocket-off",
        ),
        Action(
            "delete",
            _("Delete"),
            (
                MachineState.NOT_ALLOCATED,
                MachineState.ON,
                MachineState.OFF,
                MachineState.PAUSED,
                MachineState.UNKNOWN,
            ),
            "VDC_MANAGE_VAPP",
            _("A machine in this state can't be deleted."),
            "VM-8",
            "virtual_machine.delete",
            "trash",
        ),
        Action(
            "console",
            _("Console"),
            (MachineState.ON, MachineState.PAUSED),
            "VAPP_PERFORM_ACTIONS",
            _("Only running machines have a console."),
            icon="terminal-2",
        ),
    )
}


def decide(action: Action, *, state: str, locked: bool, actor, machine=None) -> Decision:
    """Whether the actor may do this to a machine in this state now, with the reason when not.

    ``machine`` is its row or flat row: rights are decided where it lies. State is told before
    rights: "already running" helps more than "ask somebody".
    """
    if locked:
        return Decision(
            False,
            Reason(
                "VM-2",
                str(_("Another task is working on this machine.")),
                str(_("Wait for it or cancel it.")),
            ),
        )
    if state not in action.from_states:
        return Decision(False, Reason(action.refusal_code, str(action.refusal)))
    if state == MachineState.UNKNOWN and action.name == "delete":
        return may(actor, DELETES_UNKNOWN, machine)
    return may(actor, action.privilege, machine)


def actions_of(*, state: str, locked: bool, actor, machine=None) -> list[tuple[Action, Decision]]:
    """Every action with its decision, in the order buttons are shown."""
    decided = partial(decide, state=state, locked=locked, actor=actor, machine=machine)
    return [(action, decided(action)) for action in ACTIONS.values()]


def shown_state(state: str, locked: bool) -> str:
    """What people and the API see: LOCKED while an operation is active."""
    return MachineState.LOCKED if locked else state


def appliance_state(machine_states: list[str]) -> str:
    """Derived from the shown states of the appliance's machines."""
    states = set(machine_states)
    if not states:
        return ApplianceState.EMPTY
    if MachineState.UNKNOWN in states:
        return ApplianceState.UNKNOWN
    if MachineState.LOCKED in states:
        return ApplianceState.LOCKED
    if states <= {MachineState.NOT_ALLOCATED, MachineState.ALLOCATED}:
        return ApplianceState.NOT_DEPLOYED
    if states <= {*DEPLOYED, MachineState.CONFIGURED}:
        return ApplianceState.DEPLOYED
    return ApplianceState.NEEDS_SYNC
