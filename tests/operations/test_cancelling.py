"""Cancelling while a step waits or fails, and steps whose command can't be made."""

from datetime import timedelta

import pytest
from django.utils import timezone

from compute.models import Disk
from compute.services import deploy
from compute.states import MachineState
from contracts.base import Failed
from contracts.vocabulary import Service
from operations.engine import reconcile
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


@pytest.mark.parametrize("service", [Service.DHCP, Service.VIRTUALIZATION])
def test_what_waits_to_be_tried_again_is_cancelled_at_once(world, datacenter, service):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    if service == Service.VIRTUALIZATION:
        reach_the_host(datacenter)
    (command,) = datacenter.take(service)
    datacenter.answer(command, Failed(code="unreachable", detail="no route", retryable=True))
    assert OutboxMessage.objects.filter(due_at__gt=timezone.now()).exists()

    cancel_operation(actor=world.user, operation_id=operation.id)
    assert not OutboxMessage.objects.filter(body__command_id=str(command.command_id)).exists()
    datacenter.work()

    operation.refresh_from_db()
    world.machine.refresh_from_db()
    assert (operation.status, operation.active) == (OperationStatus.CANCELLED, False)
    assert world.machine.state == MachineState.NOT_ALLOCATED
    assert datacenter.empty
    assert not operation.steps.exclude(slot=None).exists()


def test_a_try_that_is_leaving_is_waited_for(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    (command,) = datacenter.take(Service.DHCP)
    datacenter.answer(command, Failed(code="unreachable", detail="no route", retryable=True))
    OutboxMessage.objects.update(due_at=timezone.now() - timedelta(seconds=9))

    cancel_operation(actor=world.user, operation_id=operation.id)

    operation.refresh_from_db()
    assert (operation.status, OutboxMessage.objects.count()) == (OperationStatus.RUNNING, 1)
    reconcile()
    datacenter.work()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.CANCELLED
    assert datacenter.empty


def test_undoing_that_is_to_be_tried_again_goes_on(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    reach_the_host(datacenter)
    (command,) = datacenter.take(Service.VIRTUALIZATION)
    datacenter.answer(command, Failed(code="hypervisor_refused", detail="no"))
    (undo,) = datacenter.take(Service.VIRTUALIZATION)
    datacenter.answer(undo, Failed(code="unreachable", detail="no route", retryable=True))

    cancel_operation(actor=world.user, operation_id=operation.id)

    assert OutboxMessage.objects.filter(body__command_id=str(undo.command_id)).exists()


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
