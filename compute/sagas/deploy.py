"""Deploying a machine. Host, datastore, limits and address were claimed when the operation was accepted."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.services import open_usage
from compute.models import VirtualMachine
from compute.sagas import commands
from compute.sagas.action import MachineSaga
from compute.sagas.guest_drive import (
    delete_guest_drive,
    forget_guest_drive,
    guest_was_told,
    write_guest_drive,
)
from compute.sagas.outcome import settle
from compute.sagas.stream import disks_were_made, forget_sources
from compute.states import MachineState
from contracts.vocabulary import PowerState
from infrastructure.services import release_claim
from networking.services import release_addresses
from operations.models import Operation
from operations.saga import Step, register
from tenants.models import User


@register
class DeployVirtualMachine(MachineSaga, action="deploy", done="deployed"):
    dialect_type = "DEPLOY"
    steps = (
        Step(
            name="reserve_address",
            title=_("Reserve the address"),
            send=commands.reserve_address,
            undo_send=commands.release_address,
        ),
        Step(
            name="provision_disk",
            title=_("Make the disks"),
            send=commands.provision_disk,
            undo_send=commands.delete_disk,
        ),
        Step(
            name="write_guest_drive",
            title=_("Write the guest's set-up"),
            send=write_guest_drive,
            undo_send=delete_guest_drive,
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
        if commands.has_guest_drive(machine):
            guest_was_told(machine)
        disks_were_made(machine, User.objects.filter(pk=operation.actor_id).first())
        return told

    def failed(self, operation: Operation) -> dict:
        machine = VirtualMachine.objects.get(pk=operation.resource_id)
        release_claim(machine.id)
        release_addresses(machine.id)
        forget_sources(machine)
        forget_guest_drive(machine)
        return settle(machine, MachineState.NOT_ALLOCATED, host=None)
