"""The outbox: what was decided leaves, sooner or later."""

import pytest
from django.test import override_settings

from compute.services import deploy
from compute.states import MachineState
from operations import broker, engine, outbox
from operations.models import OperationStatus, OutboxMessage

NOBODY_THERE = "amqp://guest:guest@127.0.0.1:1//"


@pytest.fixture
def broker_away():
    broker.forget_connection()
    with override_settings(ATRIUM_BROKER_URL=NOBODY_THERE):
        yield
    broker.forget_connection()


def test_a_request_made_while_the_broker_is_away_runs_when_it_is_back(world, datacenter, broker_away):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    assert operation.status == OperationStatus.RUNNING
    assert OutboxMessage.objects.filter(body__operation_id=str(operation.id)).count() == 1

    broker.forget_connection()
    with override_settings(ATRIUM_BROKER_URL="memory://"):
        OutboxMessage.objects.update(due_at="2000-01-01T00:00:00Z")
        engine.reconcile()
        datacenter.work()

    world.machine.refresh_from_db()
    assert world.machine.state == MachineState.ON


def test_nothing_stays_in_the_outbox_once_it_was_handed_over(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()

    assert not OutboxMessage.objects.exists()


def test_a_process_may_delete_what_it_published_in_bulk(world, monkeypatch):
    timers = []
    monkeypatch.setattr(outbox, "_collecting", False)
    outbox.collect_published(lambda seconds, call: timers.append(call))
    for number in range(3):
        outbox.enqueue(queue="some.queue", body={"command_id": str(number)})
    assert OutboxMessage.objects.filter(queue="some.queue").count() == 3

    timers[0]()

    assert not OutboxMessage.objects.filter(queue="some.queue").exists()
