"""Who decides what waits, and what then happens to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import ApprovalRequest, RequestStatus
from approvals.services import decide, decide_many, expire_overdue
from compute.services import delete_virtual_machine, deploy, perform, update_virtual_machine
from compute.states import MachineState
from core.errors import Conflict, NotFound, PermissionRefused
from events.models import Event
from infrastructure.models import Claim
from operations import engine
from operations.models import Operation, OperationStatus
from operations.services import cancel_operation
from tenants.models import Role, User
from tests.approvals.offices import another, nothing_held, request_of, rule
from tests.tenants.refusing import refusal


def test_what_waits_holds_its_room_and_runs_nowhere(world, waiting, datacenter):
    engine.reconcile()
    datacenter.work()

    assert Claim.objects.filter(virtual_machine_id=world.machine.id).count() == 1
    assert not [command for command in datacenter.received if command.operation_id == waiting.id]
    assert request_of(waiting).plan["price"]["per_month"]


def test_approved_it_is_deployed(world, waiting, datacenter):
    decide(actor=world.admin, operation_id=waiting.id, approve=True, comment="go on")
    datacenter.work()

    waiting.refresh_from_db()
    world.machine.refresh_from_db()
    request = request_of(waiting)
    assert waiting.status == OperationStatus.SUCCEEDED
    assert world.machine.state == MachineState.ON
    assert (request.status, request.decided_by_name, request.comment) == ("approved", "anna", "go on")


def test_rejected_it_leaves_nothing_behind(world, waiting, datacenter):
    decide(actor=world.admin, operation_id=waiting.id, approve=False, comment="too dear")
    datacenter.work()

    waiting.refresh_from_db()
    world.machine.refresh_from_db()
    assert waiting.status == OperationStatus.CANCELLED
    assert waiting.error["code"] == "approval_refused"
    assert world.machine.state == MachineState.NOT_ALLOCATED
    assert world.machine.host_id is None
    assert nothing_held(world.machine)
    assert datacenter.empty
    assert Event.objects.filter(kind="approval.rejected", operation_id=waiting.id).exists()


def test_after_a_rejection_it_can_be_asked_for_again(world, waiting, datacenter):
    decide(actor=world.admin, operation_id=waiting.id, approve=False)

    again = deploy(actor=world.user, machine_id=world.machine.id)
    decide(actor=world.admin, operation_id=again.id, approve=True)
    datacenter.work()

    world.machine.refresh_from_db()
    assert world.machine.state == MachineState.ON


def test_withdrawn_it_leaves_nothing_behind_either(world, waiting, datacenter):
    cancel_operation(actor=world.user, operation_id=waiting.id)

    assert request_of(waiting).status == RequestStatus.WITHDRAWN
    assert nothing_held(world.machine)


def test_what_nobody_decides_expires(world, waiting):
    ApprovalRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    for approve, code in ((True, "WKF-03"), (False, "WKF-02")):
        assert refusal(decide, actor=world.admin, operation_id=waiting.id, approve=approve) == code
    assert expire_overdue() == 1

    waiting.refresh_from_db()
    assert (waiting.status, waiting.error["code"]) == (OperationStatus.CANCELLED, "approval_expired")
    assert request_of(waiting).status == RequestStatus.EXPIRED
    assert nothing_held(world.machine)
    assert expire_overdue() == 0


def test_what_has_time_left_does_not_expire(world, waiting):
    assert expire_overdue() == 0
    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.AWAITING_APPROVAL


def test_nobody_decides_what_they_asked_for(world, acme, datacenter):
    operation = deploy(actor=world.admin, machine_id=world.machine.id)

    for approve in (True, False):
        with pytest.raises(PermissionRefused):
            decide(actor=world.admin, operation_id=operation.id, approve=approve)

    operation.refresh_from_db()
    assert operation.status == OperationStatus.AWAITING_APPROVAL


def test_who_may_not_decide_is_refused_and_strangers_find_nothing(world, waiting):
    with pytest.raises(PermissionRefused):
        decide(actor=another(world, "uwe"), operation_id=waiting.id, approve=True)
    with pytest.raises(NotFound):
        decide(actor=world.rival_admin, operation_id=waiting.id, approve=True)
    assert decide_many(actor=world.rival_admin, request_ids=[request_of(waiting).id], approve=True) == []


def test_administrators_of_the_platform_decide_for_everybody(world, waiting, datacenter):
    decide(actor=world.cloud_admin, operation_id=waiting.id, approve=True)
    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.RUNNING


def test_the_second_decision_is_refused(world, waiting):
    decide(actor=world.admin, operation_id=waiting.id, approve=True)

    with pytest.raises(Conflict):
        decide(actor=world.cloud_admin, operation_id=waiting.id, approve=False)

    assert request_of(waiting).status == RequestStatus.APPROVED


def test_only_what_waits_is_decided(world, datacenter):
    running = deploy(actor=world.user, machine_id=world.machine.id)

    with pytest.raises(Conflict):
        decide(actor=world.admin, operation_id=running.id, approve=True)


def test_whom_the_rule_names_decides(world, acme, datacenter):
    uwe, ines = another(world, "uwe"), another(world, "ines")
    rule(world, approvers=[uwe])
    operation = deploy(actor=world.user, machine_id=world.machine.id)

    with pytest.raises(PermissionRefused):
        decide(actor=ines, operation_id=operation.id, approve=True)
    decide(actor=uwe, operation_id=operation.id, approve=True)

    operation.refresh_from_db()
    assert operation.status == OperationStatus.RUNNING


def test_the_role_the_rule_names_decides(world, acme, datacenter):
    rule(world, approver_role=world.roles["ENTERPRISE_VIEWER"])
    operation = deploy(actor=world.user, machine_id=world.machine.id)

    decide(actor=world.viewer, operation_id=operation.id, approve=True)

    operation.refresh_from_db()
    assert operation.status == OperationStatus.RUNNING


def test_who_lost_the_right_meanwhile_decides_no_more(world, waiting):
    User.objects.filter(pk=world.admin.pk).update(role=world.roles["USER"])

    with pytest.raises(PermissionRefused):
        decide(actor=User.objects.actor(world.admin.pk), operation_id=waiting.id, approve=True)


@pytest.mark.parametrize("loss", ["switched off", "another role"])
def test_what_the_requester_may_do_no_more_does_not_begin(world, waiting, loss):
    viewer = Role.objects.get(name="ENTERPRISE_VIEWER")
    change = {"is_active": False} if loss == "switched off" else {"role": viewer}
    User.objects.filter(pk=world.user.pk).update(**change)

    with pytest.raises(Conflict):
        decide(actor=world.admin, operation_id=waiting.id, approve=True)

    assert request_of(waiting).status == RequestStatus.WAITING
    decide(actor=world.admin, operation_id=waiting.id, approve=False)
    assert nothing_held(world.machine)


def test_undeploying_changing_and_deleting_wait_as_well(world, datacenter):
    from tests.approvals.offices import switch_on

    machine = world.machine
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()
    switch_on(world.acme)

    for start in (
        lambda: perform(actor=world.user, machine_id=machine.id, action_name="undeploy"),
        lambda: delete_virtual_machine(actor=world.user, machine_id=machine.id),
    ):
        operation = start()
        assert operation.status == OperationStatus.AWAITING_APPROVAL
        decide(actor=world.admin, operation_id=operation.id, approve=False)
        machine.refresh_from_db()
        assert (machine.state, Claim.objects.filter(virtual_machine_id=machine.id).count()) == ("ON", 1)

    off = perform(actor=world.user, machine_id=machine.id, action_name="power_off")
    assert off.status == OperationStatus.RUNNING
    datacenter.work()
    operation = update_virtual_machine(actor=world.user, machine_id=machine.id, vcpus=3)
    assert request_of(operation).plan["after"]["vcpus"] == 3
    decide(actor=world.admin, operation_id=operation.id, approve=False)
    assert Claim.objects.get(virtual_machine_id=machine.id).vcpus == 1

    operation = update_virtual_machine(actor=world.user, machine_id=machine.id, vcpus=3)
    decide(actor=world.admin, operation_id=operation.id, approve=True)
    datacenter.work()
    machine.refresh_from_db()
    assert (machine.vcpus, Claim.objects.get(virtual_machine_id=machine.id).vcpus) == (3, 3)


def test_many_are_decided_at_once_each_by_itself(world, acme, datacenter):
    machines = [world.new_machine(f"m{number}") for number in range(3)]
    operations = [deploy(actor=world.user, machine_id=machine.id) for machine in machines]
    cancel_operation(actor=world.user, operation_id=operations[1].id)

    verdicts = decide_many(
        actor=world.admin, request_ids=[request_of(each).id for each in operations], approve=True
    )

    assert [verdict.refusal is None for verdict in verdicts] == [True, False, True]
    statuses = list(Operation.objects.order_by("created_at").values_list("status", flat=True))
    assert statuses == ["running", "cancelled", "running"]


def test_an_enterprise_that_asks_nobody_waits_for_nobody(world, datacenter):
    rule(world)
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    assert operation.status == OperationStatus.RUNNING


def test_the_same_key_again_is_the_same_waiting_operation(world, acme, datacenter):
    started = [
        deploy(actor=world.user, machine_id=world.machine.id, idempotency_key="once").id for _ in range(2)
    ]
    assert started[0] == started[1]
    assert ApprovalRequest.objects.count() == 1
