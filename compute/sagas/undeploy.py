"""Taking a machine off its host, and removing it altogether.

Nothing here is undone: a step that failed leaves the machine UNKNOWN with the reason, and
undeploying again finishes the job, every command being idempotent.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from billing.services import close_usage
from compute.sagas import commands
from compute.sagas.action import MachineSaga
from compute.sagas.guest_drive import forget_guest_drive
from compute.sagas.outcome import require_state, settle
from compute.sagas.removal import forget_machine
from compute.sagas.stream import forget_sources
from compute.states import MachineState
from infrastructure.services import release_claim
from networking.services import release_addresses
from operations.models import Operation, StepStatus
from operations.saga import Dispatch, Step, register

HALF_WAY = gettext_noop("Undeploying stopped half-way; undeploy again to finish it.")


def _undefine(operation: Operation) -> Dispatch | None:
    """Nothing to send for a machine that is given up together with its host."""
    return None if operation.parameters.get("given_up") else commands.undefine_machine(operation)


STEPS = (
    Step(name="undefine_machine", title=_("Remove the machine from its host"), send=_undefine),
    Step(name="delete_disk", title=_("Delete the disk"), send=commands.delete_disk),
    Step(name="release_address", title=_("Release the address"), send=commands.release_address),
)


def _give_back(machine) -> dict:
    close_usage(machine)
    release_claim(machine.id)
    release_addresses(machine.id)
    forget_sources(machine)
    if commands.has_guest_drive(machine):
        forget_guest_drive(machine)
    return settle(machine, MachineState.NOT_ALLOCATED, host=None, deployed_at=None)


class Leaving(MachineSaga):
    """What undeploying and deleting have in common."""

    steps = STEPS

    def failed(self, operation: Operation) -> dict:
        return _stay(operation)

    def never_begun(self, operation: Operation) -> dict:
        return {"state": commands.machine_of(operation).state}

    def released(self, operation: Operation) -> None:
        """The machine may have been seen in another state since."""
        machine = require_state(operation, self.action)
        operation.parameters |= {"from_state": machine.state, "from_reason": machine.unknown_reason}


def _stay(operation: Operation) -> dict:
    machine = commands.machine_of(operation)
    undefined = operation.steps.filter(name="undefine_machine", status=StepStatus.UNDONE)
    removed = undefined.filter(error__isnull=True).exists()
    if removed:
        return settle(machine, MachineState.UNKNOWN, unknown_reason=HALF_WAY)
    before = operation.parameters
    return settle(machine, before["from_state"], unknown_reason=before.get("from_reason", ""))


@register
class UndeployVirtualMachine(Leaving, action="undeploy", done="undeployed"):
    dialect_type = "UNDEPLOY"

    def succeeded(self, operation: Operation) -> dict:
        return _give_back(commands.machine_of(operation))


@register
class DeleteVirtualMachine(Leaving, action="delete", done="deleted"):
    dialect_type = "UNDEPLOY"

    def succeeded(self, operation: Operation) -> dict:
        machine = commands.machine_of(operation)
        _give_back(machine)
        forget_machine(machine)
        return {"state": "DELETED"}
