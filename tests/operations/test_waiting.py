"""Operations that wait for a person: nothing runs, nothing is lost, and both ways out are exact."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from compute.services import deploy, observe
from compute.states import ACTIONS, MachineState
from contracts.monitoring import MachineObserved
from contracts.vocabulary import PowerState
from core.errors import Conflict
from operations import engine
from operations.engine.driving import locked
from operations.models import Operation, OperationStatus, OutboxMessage, StepStatus
from operations.services import cancel_operation


@pytest.fixture
def machine(world, datacenter):
    """A machine that runs."""
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    datacenter.received.clear()
    world.machine.refresh_from_db()
    return world.machine


@pytest.fixture
def waiting(world, machine) -> Operation:
    """Its undeployment, held."""
    with transaction.atomic():
        return hold(world.user, machine, "undeploy")


def hold(actor, machine, action_name: str, **parameters) -> Operation:
    before = {"from_state": machine.state, "from_reason": ""}
    kind = ACTIONS[action_name].operation_kind
    return engine.start(kind=kind, resource=machine, actor=actor, parameters=before | parameters, waits=True)


def long_ago(operation: Operation) -> None:
    Operation.objects.filter(id=operation.id).update(created_at=timezone.now() - timedelta(days=2))


def see(machine, power_state: PowerState) -> None:
    observe(
        MachineObserved(
            datacenter_id=machine.host.datacenter.uuid,
            host_id=machine.host.uuid,
            machine_id=machine.uuid,
            power_state=power_state,
            observed_at=timezone.now(),
        )
    )


def release(operation: Operation) -> None:
    with transaction.atomic():
        engine.release(locked(operation.id))


def test_nothing_of_it_runs_however_often_it_is_looked_at(waiting, datacenter):
    long_ago(waiting)
    for _round in range(3):
        engine.reconcile()
        engine.advance(waiting.id)
    datacenter.work()

    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.AWAITING_APPROVAL
    assert waiting.active
    assert set(waiting.steps.values_list("status", flat=True)) == {StepStatus.PENDING}
    assert not datacenter.received
    assert not OutboxMessage.objects.exists()


def test_released_it_runs_to_its_end(waiting, machine, datacenter):
    release(waiting)
    datacenter.work()

    waiting.refresh_from_db()
    machine.refresh_from_db()
    assert waiting.status == OperationStatus.SUCCEEDED
    assert machine.state == MachineState.NOT_ALLOCATED
    assert datacenter.empty


def test_cancelled_it_leaves_everything_as_it_was(world, waiting, machine, datacenter):
    before = machine.state, machine.observed_at, machine.host_id

    cancel_operation(actor=world.user, operation_id=waiting.id)
    datacenter.work()

    waiting.refresh_from_db()
    machine.refresh_from_db()
    assert waiting.status == OperationStatus.CANCELLED
    assert not waiting.active
    assert (machine.state, machine.observed_at, machine.host_id) == before
    assert not datacenter.received


def test_a_cancellation_that_was_cut_short_is_finished_by_the_reconciler(waiting):
    long_ago(waiting)
    Operation.objects.filter(id=waiting.id).update(cancel_requested_at=timezone.now())

    engine.reconcile()

    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.CANCELLED


def test_refused_it_ends_with_the_reason(waiting, machine):
    with transaction.atomic():
        engine.refuse(
            locked(waiting.id), code="approval_endpoint_failed", status=OperationStatus.COMPENSATING
        )

    waiting.refresh_from_db()
    machine.refresh_from_db()
    assert waiting.status == OperationStatus.FAILED
    assert waiting.error["code"] == "approval_endpoint_failed"
    assert machine.state == MachineState.ON


def test_the_machine_lives_on_meanwhile_and_is_undeployed_from_where_it_then_is(waiting, machine, datacenter):
    see(machine, PowerState.OFF)
    machine.refresh_from_db()
    assert machine.state == MachineState.OFF

    release(waiting)

    waiting.refresh_from_db()
    assert waiting.parameters["from_state"] == MachineState.OFF


def test_it_is_not_released_into_a_state_it_makes_no_sense_in(world, machine, datacenter):
    see(machine, PowerState.OFF)
    machine.refresh_from_db()
    size = {"vcpus": 2, "memory_mib": 256}
    parameters = {"before": {"vcpus": machine.vcpus, "memory_mib": machine.memory_mib}, "after": size}
    with transaction.atomic():
        waiting = hold(world.user, machine, "reconfigure", **parameters)
    see(machine, PowerState.ON)

    with pytest.raises(Conflict):
        release(waiting)

    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.AWAITING_APPROVAL
