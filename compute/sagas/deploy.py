"""Deploying a machine. Host, datastore, limits and address were claimed when the operation was accepted."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.services import open_usage
from compute.models import VirtualMachine
from compute.sagas import commands
from compute.sagas.outcome import require_state, settle
from compute.states import ACTIONS, MachineState
from contracts.vocabulary import PowerState
from infrastructure.services import release_claim
from networking.services import release_addresses
from operations.models import Operation
from operations.saga import Saga, Step, register


@register
class DeployVirtualMachine(Saga):
    kind = "virtual_machine.deploy"
    privilege = ACTIONS["deploy"].privilege
    title = _("Deploy")
    dialect_type = "DEPLOY"
    done_event = "virtual_machine.deployed"
    failed_event = "virtual_machine.deploy_failed"
    steps = (
        Step(
            name="reserve_address",
            title=_("Reserve the address"),
            send=commands.reserve_address,
            undo_send=commands.release_address,
        ),
        Step(
            name="provision_disk",
            title=_("Make the disk"),
            send=commands.provision_disk,
            undo_send=commands.delete_disk,
        ),
        Step(
            name="define_machine",
            title=_("Define the machine"),
            send=commands.define_machine,
            undo_send=commands.undefine_machine,
        ),
        Step(name="power_on", title=_("Power on"), send=commands.set_power_state(PowerState.ON)),
    )

    def succeeded(self, operation: Operation) -> dict:
        machine = commands.machine_of(operation)
        told = settle(machine, MachineState.ON, deployed_at=timezone.now())
        open_usage(machine)
        return told

    def released(self, operation: Operation) -> None:
        require_state(operation, "deploy")

    def failed(self, operation: Operation) -> dict:
        machine = VirtualMachine.objects.get(pk=operation.resource_id)
        release_claim(machine.id)
        release_addresses(machine.id)
        machine.disks.update(datastore=None)
        return settle(machine, MachineState.NOT_ALLOCATED, host=None)
