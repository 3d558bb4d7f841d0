"""What happens when a deployment meets trouble: it ends deployed, or nothing is left anywhere."""

import pytest
from django.utils import timezone

from billing.models import UsageRecord
from compute.services import deploy, perform
from compute.states import MachineState
from contracts.base import Failed, Started
from contracts.vocabulary import Service
from core.errors import Conflict, LimitExceeded, NoPlacement, NotFound, OperationInProgress, PermissionRefused
from infrastructure.models import Claim
from networking.models import AddressLease
from operations import engine
from operations.models import Operation, OperationStatus, OutboxMessage, Step, StepStatus
from operations.services import cancel_operation

REFUSED = Failed(code="hypervisor_refused", detail="no such bridge")
DEPLOY_STEPS = ("reserve_address", "provision_disk", "define_machine", "set_power_state")
UNDEPLOY_STEPS = ("undefine_machine", "delete_disk", "release_address")


def assert_nothing_is_held(machine, datacenter):
    machine.refresh_from_db()
    assert machine.state == MachineState.NOT_ALLOCATED
    assert machine.host is None
    assert datacenter.empty
    assert not Claim.objects.exists()
    assert not AddressLease.objects.exists()
    assert not UsageRecord.objects.filter(closed_at=None).exists()
    assert not OutboxMessage.objects.exists()


def deployed(world, datacenter, name="web"):
    machine = world.new_machine(name)
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()
    machine.refresh_from_db()
    return machine


@pytest.mark.parametrize("step", DEPLOY_STEPS)
def test_a_deployment_refused_at_any_step_leaves_nothing_behind(world, datacenter, step):
    datacenter.answers[step] = REFUSED

    operation = deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.FAILED
    assert operation.error["code"] == "hypervisor_refused"
    assert_nothing_is_held(world.machine, datacenter)


@pytest.mark.parametrize("step", DEPLOY_STEPS)
def test_a_command_lost_at_any_step_is_sent_again(world, datacenter, step):
    datacenter.answers[step] = lambda command: None
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    del datacenter.answers[step]

    silent = Step.objects.get(operation=operation, status=StepStatus.RUNNING)
    Step.objects.filter(pk=silent.pk).update(lease_expires_at=timezone.now())
    engine.reconcile()
    datacenter.work()

    world.machine.refresh_from_db()
    assert world.machine.state == MachineState.ON
    assert silent.command_id in {command.command_id for command in datacenter.received}


def test_a_repeated_report_changes_nothing(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    (command,) = datacenter.take(Service.DHCP)

    datacenter.answer(command)
    datacenter.answer(command)
    datacenter.work()

    assert [step.status for step in operation.steps.all()] == [StepStatus.DONE] * 5


def test_a_service_that_stopped_answering_fails_the_deployment_after_its_attempts(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    for _attempt in range(4):
        (command,) = datacenter.take(Service.DHCP)
        datacenter.answer(command, Started())
        Step.objects.filter(operation=operation, status=StepStatus.RUNNING).update(
            lease_expires_at=timezone.now()
        )
        engine.reconcile()
    datacenter.work()

    operation.refresh_from_db()
    assert operation.error["code"] == "timed_out"
    assert_nothing_is_held(world.machine, datacenter)


def test_a_retryable_failure_is_tried_again_after_a_while(world, datacenter):
    datacenter.answers["define_machine"] = Failed(code="unreachable", detail="no route", retryable=True)
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    waiting = OutboxMessage.objects.get()
    assert waiting.due_at > timezone.now()
    del datacenter.answers["define_machine"]

    OutboxMessage.objects.update(due_at=timezone.now() - timezone.timedelta(seconds=10))
    engine.reconcile()
    datacenter.work()

    world.machine.refresh_from_db()
    assert world.machine.state == MachineState.ON


def test_a_cancelled_deployment_is_undone_when_the_running_step_ends(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    (command,) = datacenter.take(Service.DHCP)

    cancel_operation(actor=world.user, operation_id=operation.id)
    datacenter.answer(command)
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.CANCELLED
    assert_nothing_is_held(world.machine, datacenter)


def test_an_undo_that_fails_is_marked_for_people_and_the_rest_is_undone(world, datacenter):
    datacenter.answers |= {
        "define_machine": REFUSED,
        "delete_disk": Failed(code="datastore_missing", detail="gone"),
    }

    operation = deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()

    operation.refresh_from_db()
    assert operation.needs_attention
    assert operation.status == OperationStatus.FAILED
    assert not datacenter.reservations


@pytest.mark.parametrize("step", UNDEPLOY_STEPS)
def test_an_undeployment_that_failed_can_be_repeated_to_the_end(world, datacenter, step):
    machine = deployed(world, datacenter)
    datacenter.answers[step] = REFUSED
    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    machine.refresh_from_db()
    assert machine.state == (MachineState.ON if step == "undefine_machine" else MachineState.UNKNOWN)
    del datacenter.answers[step]

    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()

    assert_nothing_is_held(machine, datacenter)


def test_only_one_operation_works_on_a_machine(world, datacenter):
    running = deploy(actor=world.user, machine_id=world.machine.id)

    with pytest.raises(OperationInProgress) as refusal:
        deploy(actor=world.user, machine_id=world.machine.id)

    assert refusal.value.operation_id == running.id
    assert Operation.objects.count() == 1


def test_a_repeated_idempotency_key_gives_the_first_operation(world, datacenter):
    first = deploy(actor=world.user, machine_id=world.machine.id, idempotency_key="order-7")
    datacenter.work()

    again = deploy(actor=world.user, machine_id=world.machine.id, idempotency_key="order-7")

    assert again == first


def test_an_idempotency_key_for_something_else_is_refused(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id, idempotency_key="order-7")
    other = world.new_machine("db")

    with pytest.raises(Conflict):
        deploy(actor=world.user, machine_id=other.id, idempotency_key="order-7")


def test_a_hard_limit_refuses_with_the_numbers_of_the_level_the_tenant_sees(world, datacenter):
    world.vdc.machines_soft = world.vdc.machines_hard = 1
    world.vdc.save()
    deployed(world, datacenter)

    with pytest.raises(LimitExceeded) as refusal:
        deploy(actor=world.user, machine_id=world.new_machine("db").id)

    assert refusal.value.reasons[0].numbers["total"] == 2
    assert refusal.value.reasons[0].numbers["hard"] == 1


def test_a_hard_limit_of_the_enterprise_refuses_without_its_numbers(world, datacenter):
    world.acme.vcpus_soft = world.acme.vcpus_hard = 1
    world.acme.save()
    deployed(world, datacenter)

    with pytest.raises(LimitExceeded) as refusal:
        deploy(actor=world.user, machine_id=world.new_machine("db").id)

    assert refusal.value.reasons[0].numbers == {}


def test_a_soft_limit_is_passed_by_force_only(world, datacenter):
    world.vdc.machines_soft, world.vdc.machines_hard = 1, 5
    world.vdc.save()
    deployed(world, datacenter)
    second = world.new_machine("db")

    with pytest.raises(LimitExceeded) as refusal:
        deploy(actor=world.user, machine_id=second.id)
    assert refusal.value.soft

    deploy(actor=world.user, machine_id=second.id, force=True)
    datacenter.work()
    second.refresh_from_db()
    assert second.state == MachineState.ON


def test_no_room_is_told_in_one_sentence_with_the_host_table_aside(world, datacenter):
    machine = world.new_machine("huge", vcpus=64, memory_mib=128)

    with pytest.raises(NoPlacement) as refusal:
        deploy(actor=world.user, machine_id=machine.id)

    assert "64 virtual CPUs" in refusal.value.message
    assert refusal.value.remedy
    assert refusal.value.table[0]["reasons"][0]["code"] == "VCPUS"
    assert_nothing_is_held(machine, datacenter)


def test_a_machine_of_another_enterprise_does_not_exist(world, datacenter):
    foreign = world.rival_machine()

    with pytest.raises(NotFound):
        deploy(actor=world.user, machine_id=foreign.id)


def test_a_viewer_may_not_deploy(world, datacenter):
    with pytest.raises(PermissionRefused) as refusal:
        deploy(actor=world.viewer, machine_id=world.machine.id)

    assert "VAPP_DEPLOY_UNDEPLOY" in refusal.value.message


def test_a_plan_that_changed_is_not_applied(world, datacenter):
    from billing.models import PriceList
    from compute.services import plan_deployment

    shown = plan_deployment(world.machine).fingerprint
    PriceList.objects.update(vcpu_hour=99)

    with pytest.raises(Conflict) as refusal:
        deploy(actor=world.user, machine_id=world.machine.id, fingerprint=shown)

    assert refusal.value.code == "PLAN-CHANGED"


def test_at_most_two_commands_are_out_for_one_hypervisor(world, datacenter):
    machines = [world.new_machine(f"web-{number}") for number in range(5)]
    for machine in machines:
        deploy(actor=world.user, machine_id=machine.id)
    for service in (Service.DHCP, Service.APPLIANCE):
        for command in datacenter.take(service):
            datacenter.answer(command)

    out = datacenter.take(Service.VIRTUALIZATION)
    assert len(out) == 2

    for command in out:
        datacenter.answer(command)
    datacenter.work()
    assert Claim.objects.count() == 5
    assert set(Operation.objects.values_list("status", flat=True)) == {OperationStatus.SUCCEEDED}
