"""Whole virtual appliances over REST: one task for each machine, each admitted or refused by itself."""

import pytest

from compute.services import update_virtual_datacenter
from operations.models import Operation
from tests.api_user import ApiUser, codes, link, machine_path


@pytest.fixture
def anna(world, datacenter):
    assert world.admin.pk
    return ApiUser("anna")


@pytest.fixture
def appliance(world):
    return f"/api/cloud/virtualdatacenters/{world.vdc.id}/virtualappliances/{world.appliance.id}"


@pytest.fixture
def machines(world):
    return [world.new_machine(f"web-{number}") for number in range(3)]


def tasks_of(answer) -> list[str]:
    return [each["href"] for each in answer.json()["links"] if each["rel"] == "status"]


def states(anna, machines) -> list[str]:
    return [anna.get(machine_path(each)).json()["state"] for each in machines]


def test_every_machine_is_deployed_and_undeployed_by_a_task_of_its_own(anna, appliance, machines, datacenter):
    document = anna.get(appliance).json()
    for rel, state in (("deploy", "ON"), ("undeploy", "NOT_ALLOCATED")):
        answer = anna.post(link(document, rel), "null", content_type="*/*")
        assert answer.status_code == 202
        assert len(tasks_of(answer)) == 3
        assert answer["Location"] == tasks_of(answer)[0]
        datacenter.work()
        for machine, task in zip(machines, tasks_of(answer), strict=True):
            assert task.startswith(f"http://testserver{machine_path(machine)}/tasks/")
            assert anna.get(task).json()["state"] == "FINISHED_SUCCESSFULLY"
        assert states(anna, machines) == [state] * 3
    assert datacenter.empty


def test_machines_that_are_deployed_already_are_left_alone(anna, appliance, machines, datacenter):
    anna.post(f"{machine_path(machines[0])}/action/deploy")
    datacenter.work()
    assert len(tasks_of(anna.post(f"{appliance}/action/deploy"))) == 2


def test_what_a_limit_leaves_out_is_told_beside_what_was_accepted(world, anna, appliance, machines):
    update_virtual_datacenter(
        actor=world.admin, virtual_datacenter=world.vdc, machines_soft=2, machines_hard=2
    )
    answer = anna.post(f"{appliance}/action/deploy")
    assert (answer.status_code, len(tasks_of(answer))) == (202, 2)
    assert "2 of 3 machines" in answer.json()["entity"]
    assert "web-2: " in answer.json()["entity"]


def test_when_no_machine_can_start_each_says_why(world, anna, appliance, machines):
    update_virtual_datacenter(actor=world.admin, virtual_datacenter=world.vdc, vcpus_soft=1, vcpus_hard=1)
    filler = world.new_machine("filler", appliance=world.appliance)
    assert anna.post(f"{machine_path(filler)}/action/deploy").status_code == 202
    answer = anna.post(f"{appliance}/action/deploy")
    assert answer.status_code == 409
    told = " ".join(each["message"] for each in answer.json()["collection"])
    assert all(f"{machine.name}: " in told for machine in machines)
    assert Operation.objects.count() == 1


def test_soft_limits_are_passed_when_forced(world, anna, appliance, machines):
    update_virtual_datacenter(
        actor=world.admin, virtual_datacenter=world.vdc, machines_soft=1, machines_hard=10
    )
    assert len(tasks_of(anna.post(f"{appliance}/action/deploy"))) == 1
    rest = anna.post(f"{appliance}/action/deploy", {"forceVdcLimits": True})
    assert len(tasks_of(rest)) == 2


def test_a_repeated_request_answers_the_same_tasks(anna, appliance, machines, datacenter):
    first = anna.post(f"{appliance}/action/deploy", Idempotency_Key="once")
    datacenter.work()
    again = anna.post(f"{appliance}/action/deploy", Idempotency_Key="once")
    assert (again.status_code, tasks_of(again)) == (202, tasks_of(first))


def test_an_appliance_with_nothing_to_do_is_refused(world, anna, appliance, datacenter):
    empty = anna.post(f"{appliance}/action/deploy")
    assert (empty.status_code, codes(empty)) == (409, ["VAPP-12"])
    assert world.machine.pk
    idle = anna.post(f"{appliance}/action/undeploy")
    assert (idle.status_code, codes(idle)) == (409, ["VAPP-1"])
    anna.post(f"{appliance}/action/deploy")
    datacenter.work()
    done = anna.post(f"{appliance}/action/deploy")
    assert (done.status_code, codes(done)) == (409, ["VAPP-3"])


def test_one_who_may_not_deploy_is_refused(world, anna, appliance, machines):
    assert world.viewer.pk
    for action in ("deploy", "undeploy"):
        assert ApiUser("vera").post(f"{appliance}/action/{action}").status_code == 403
    assert Operation.objects.count() == 0
