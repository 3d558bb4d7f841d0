"""Several people at once: one wins, the others are told. On MariaDB really at once, on SQLite in turn."""

from collections.abc import Callable

import pytest

from approvals.models import ApprovalRequest
from approvals.services import decide, expire_overdue
from compute.services import deploy
from core.errors import DomainError
from infrastructure.models import Claim
from operations import broker, engine
from operations.models import Operation, OutboxMessage
from operations.services import cancel_operation
from tests.approvals.offices import another, request_of
from tests.at_once import all_at_once

PEOPLE = 8


@pytest.fixture
def approvers(world, waiting):
    return [another(world, f"boss{number}", "ENTERPRISE_ADMIN") for number in range(PEOPLE)]


def deciding(operation, approver, approve: bool) -> Callable[[], object]:
    return lambda: decide(actor=approver, operation_id=operation.id, approve=approve)


def test_of_many_approvers_exactly_one_wins(world, waiting, approvers, datacenter):
    acts = [deciding(waiting, each, bool(number % 2)) for number, each in enumerate(approvers)]

    outcomes = all_at_once(acts)
    datacenter.work()

    assert outcomes == {"done": 1, "TASK-2": PEOPLE - 1}
    waiting.refresh_from_db()
    approved = request_of(waiting).status == "approved"
    assert waiting.status == ("succeeded" if approved else "cancelled")
    assert Claim.objects.count() == (1 if approved else 0)


def test_approving_withdrawing_and_expiring_meet_without_leaving_anything_half_done(
    world, waiting, approvers, datacenter
):
    ApprovalRequest.objects.update(expires_at="2100-01-01T00:00:00Z")
    acts = [deciding(waiting, approvers[0], True), deciding(waiting, approvers[1], False), expire_overdue]
    acts.append(lambda: cancel_operation(actor=world.user, operation_id=waiting.id))

    all_at_once(acts)
    datacenter.work()
    engine.reconcile()

    operation, request = Operation.objects.get(), request_of(waiting)
    world.machine.refresh_from_db()
    assert not operation.active
    assert request.status in ("approved", "rejected", "withdrawn")
    assert (world.machine.state == "ON") is (operation.status == "succeeded")
    assert Claim.objects.count() == (1 if operation.status == "succeeded" else 0)
    assert datacenter.empty is (operation.status != "succeeded")


def test_what_was_approved_while_the_broker_was_away_runs_when_it_is_back(
    world, waiting, datacenter, settings
):
    broker.forget_connection()
    settings.ATRIUM_BROKER_URL = "amqp://guest:guest@127.0.0.1:1//"
    decide(actor=world.admin, operation_id=waiting.id, approve=True)
    assert OutboxMessage.objects.filter(body__operation_id=str(waiting.id)).count() == 1

    broker.forget_connection()
    settings.ATRIUM_BROKER_URL = "memory://"
    OutboxMessage.objects.update(due_at="2000-01-01T00:00:00Z")
    engine.reconcile()
    datacenter.work()

    waiting.refresh_from_db()
    assert waiting.status == "succeeded"


def test_room_that_is_held_for_an_approval_is_given_to_nobody_else(world, acme, datacenter):
    world.host_vcpus = 4
    first, second = world.new_machine("first", vcpus=4), world.new_machine("second", vcpus=4)
    held = deploy(actor=world.user, machine_id=first.id)

    with pytest.raises(DomainError):
        deploy(actor=world.user, machine_id=second.id)

    cancel_operation(actor=world.user, operation_id=held.id)
    assert deploy(actor=world.user, machine_id=second.id).status == "awaiting_approval"
