"""Continue and cancel by REST, and how a waiting task looks there."""

from uuid import uuid4

import pytest

from compute.services import deploy
from core.errors import Conflict
from operations.models import OperationStatus
from operations.services import cancel_operation
from tests.api_user import ApiUser, codes, link, machine_path
from tests.approvals.offices import another, nothing_held, request_of


@pytest.fixture
def task(world, waiting) -> str:
    return f"{machine_path(world.machine)}/tasks/{waiting.id}"


def say(nick: str, address: str, text: str = ""):
    return ApiUser(nick).post(address, text, content_type="text/plain")


def test_a_task_that_waits_is_queueing_with_links_to_decide(task):
    shown = ApiUser("ulf").get(task).json()

    assert shown["state"] == "QUEUEING"
    assert {job["state"] for job in shown["jobs"]["collection"]} == {"PENDING"}
    assert link(shown, "continue").endswith(f"{task}/action/continue")
    assert link(shown, "cancel").endswith(f"{task}/action/cancel")


def test_it_is_among_the_pending_tasks_of_its_user_and_enterprise(world, task, waiting):
    for address in ("", f"/users/{world.user.id}"):
        listed = ApiUser("anna").get(f"/api/admin/enterprises/{world.acme.id}{address}/action/pendingtasks")
        assert [each["taskId"] for each in listed.json()["collection"]] == [str(waiting.id)]


def test_the_machine_is_locked_meanwhile(world, task):
    assert ApiUser("ulf").get(machine_path(world.machine)).json()["state"] == "LOCKED"
    assert ApiUser("ulf").post(f"{machine_path(world.machine)}/action/deploy").status_code == 409


def test_continue_begins_it(world, task, waiting, datacenter):
    answer = say("anna", f"{task}/action/continue", "fine with me")
    datacenter.work()

    shown = ApiUser("ulf").get(task).json()
    assert answer.status_code == 204
    assert shown["state"] == "FINISHED_SUCCESSFULLY"
    assert not [each for each in shown["links"] if each["rel"] == "continue"]
    assert request_of(waiting).comment == "fine with me"


def test_cancel_by_an_approver_rejects_it_with_the_reason(world, task, waiting):
    assert say("anna", f"{task}/action/cancel", "too dear").status_code == 204

    assert ApiUser("ulf").get(task).json()["state"] == "CANCELLED"
    assert (request_of(waiting).status, request_of(waiting).comment) == ("rejected", "too dear")
    assert nothing_held(world.machine)


def test_cancel_by_who_asked_withdraws_it(task, waiting):
    assert say("ulf", f"{task}/action/cancel").status_code == 204
    assert request_of(waiting).status == "withdrawn"


def test_who_may_not_decide_is_refused(world, task):
    another(world, "uwe")
    assert codes(say("uwe", f"{task}/action/continue")) == ["PRIVILEGE_MISSING"]
    assert codes(say("ulf", f"{task}/action/continue")) == ["APPROVAL-OWN"]
    assert world.viewer.pk
    assert say("vera", f"{task}/action/cancel").status_code == 403


def test_strangers_find_nothing(world, task):
    assert world.rival_admin.pk
    for action in ("continue", "cancel"):
        assert say("rita", f"{task}/action/{action}").status_code == 404
    unknown = f"{task.rpartition('/')[0]}/{uuid4()}"
    assert say("rita", f"{unknown}/action/continue").status_code == 404


def test_a_task_that_does_not_wait_is_not_continued(world, task, waiting):
    say("anna", f"{task}/action/continue")

    again = say("anna", f"{task}/action/continue")

    assert (again.status_code, codes(again)) == (409, ["TASK-2"])


def test_a_whole_appliance_waits_machine_by_machine(world, acme, datacenter):
    machines = [world.new_machine(f"m{number}") for number in range(2)]
    appliance = machine_path(machines[0]).rpartition("/virtualmachines/")[0]

    answer = ApiUser("ulf").post(f"{appliance}/action/deploy")
    tasks = [each["href"] for each in answer.json()["links"]]

    assert (answer.status_code, len(tasks)) == (202, 2)
    assert {ApiUser("ulf").get(each).json()["state"] for each in tasks} == {"QUEUEING"}
    assert world.admin.pk
    assert say("anna", f"{tasks[0]}/action/continue".removeprefix("http://testserver")).status_code == 204
    states = [ApiUser("ulf").get(each).json()["state"] for each in tasks]
    assert states == ["STARTED", "QUEUEING"]


def test_cancelled_it_is_told_apart_from_ended(world, acme, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    cancel_operation(actor=world.user, operation_id=operation.id)
    with pytest.raises(Conflict):
        cancel_operation(actor=world.user, operation_id=operation.id)
    operation.refresh_from_db()
    assert operation.status == OperationStatus.CANCELLED
