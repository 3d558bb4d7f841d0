"""Writing the state a finished operation leaves its machine in; only observations write it besides.

And looking at the state once more before an operation that waited begins.
"""

from typing import Any

from django.utils import timezone

from compute.models import VirtualMachine
from compute.states import ACTIONS, MachineState
from contracts.vocabulary import PowerState
from core.errors import Conflict
from operations.models import Operation

POWER_OF = {
    MachineState.ON: PowerState.ON,
    MachineState.OFF: PowerState.OFF,
    MachineState.PAUSED: PowerState.PAUSED,
}


def settle(machine: VirtualMachine, state: str, **fields: Any) -> dict[str, Any]:
    """Set the state (and other fields); returns the data of the event."""
    machine.state = state
    machine.unknown_reason = fields.pop("unknown_reason", "")
    if state in POWER_OF:
        machine.observed_power_state = POWER_OF[state]
        machine.observed_at = timezone.now()
    for name, value in fields.items():
        setattr(machine, name, value)
    changed = ["state", "unknown_reason", "observed_power_state", "observed_at", "updated_at", *fields]
    machine.save(update_fields=changed)
    return {"state": machine.state}


def require_state(operation: Operation, action_name: str) -> VirtualMachine:
    """The operation's machine. Raises Conflict when the action is not possible from its state any more."""
    machine = VirtualMachine.objects.get(pk=operation.resource_id)
    action = ACTIONS[action_name]
    if machine.state not in action.from_states:
        raise Conflict(str(action.refusal), code=action.refusal_code)
    return machine
