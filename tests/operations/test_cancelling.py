"""Cancelling while a step waits or fails, and steps whose command can't be made."""

from compute.models import Disk
from compute.services import deploy
from compute.states import MachineState
from contracts.base import Failed
from contracts.vocabulary import Service
from operations.models import OperationStatus, OutboxMessage, StepStatus
from operations.services import cancel_operation


def reach_the_host(datacenter) -> None:
    """Answer what comes before the host is asked for anything."""
    for service in (Service.DHCP, Service.APPLIANCE):
        for command in datacenter.take(service):
            datacenter.answer(command)


def test_a_step_that_waits_for_its_turn_is_not_begun_once_cancelled(world, datacenter):
    machines = [world.new_machine(f"m{number}") for number in range(3)]
    operations = [deploy(actor=world.user, machine_id=machine.id) for machine in machines]
    reach_the_host(datacenter)
    waiting = operations[2]
    assert waiting.steps.get(name="define_machine").status == StepStatus.QUEUED

    cancel_operation(actor=world.user, operation_id=waiting.id)
    datacenter.work()

    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.CANCELLED
    defined = [c.spec.machine_id for c in datacenter.received if c.type.startswith("virtualization.define")]
    assert set(defined) == {machines[0].uuid, machines[1].uuid}


def test_a_failure_is_not_tried_again_once_cancelled(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    (command,) = datacenter.take(Service.DHCP)
    cancel_operation(actor=world.user, operation_id=operation.id)

    datacenter.answer(command, Failed(code="unreachable", detail="no route", retryable=True))
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.FAILED
    assert datacenter.empty
    assert not OutboxMessage.objects.exists()


def test_a_command_that_cannot_be_made_fails_the_operation_instead_of_holding_it_for_ever(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    Disk.objects.filter(virtual_machine=world.machine).update(datastore=None)

    datacenter.work()

    operation.refresh_from_db()
    world.machine.refresh_from_db()
    assert operation.status == OperationStatus.FAILED
    assert operation.needs_attention
    assert world.machine.state == MachineState.NOT_ALLOCATED
    assert not datacenter.reservations
