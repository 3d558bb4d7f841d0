"""Machines over REST: definition, PUT semantics, odd bodies, deploying, conflicts, refusals with numbers."""

import pytest

from compute.models import VirtualMachine
from compute.services import update_virtual_datacenter
from operations.models import Operation
from tests.api_user import ApiUser, codes, link, machine_path


@pytest.fixture
def anna(world, datacenter):
    assert world.admin.pk
    assert world.user.pk
    return ApiUser("anna")


@pytest.fixture
def path(world, anna):
    return machine_path(world.machine)


@pytest.fixture
def deployed(anna, path, datacenter):
    assert anna.post(f"{path}/action/deploy").status_code == 202
    datacenter.work()
    return path


def template_link(world) -> dict:
    template = world.template
    repository = f"/admin/enterprises/{template.enterprise_id}/datacenterrepositories/{world.datacenter.id}"
    href = f"https://elsewhere.example:8443/api{repository}/virtualmachinetemplates/{template.id}"
    return {"rel": "virtualmachinetemplate", "href": href, "type": "application/vnd.abiquo.nonsense+json"}


def test_a_machine_is_created_from_nothing_but_the_link_to_its_template(world, anna):
    answer = anna.post(f"{machine_path(world.machine).rsplit('/', 1)[0]}", {"links": [template_link(world)]})
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == link(made, "edit")
    assert (made["name"], made["cpu"], made["ram"], made["state"]) == ("Tiny", 1, 128, "NOT_ALLOCATED")


def test_numbers_may_be_texts_and_names_in_any_case(world, anna):
    body = {"LABEL": "web-9", "CPU": "2", "Ram": "256", "unheardOf": {"x": 1}, "description": None}
    answer = anna.post(
        f"{machine_path(world.machine).rsplit('/', 1)[0]}", body | {"links": [template_link(world)]}
    )
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in ("name", "cpu", "ram")} == {
        "name": "web-9",
        "cpu": 2,
        "ram": 256,
    }


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"cpu": 0}, "cpu"),
        ({"cpu": "many"}, "cpu"),
        ({"ram": 31}, "ram"),
        ({"ram": 1.5}, "ram"),
        ({"cpu": 10**30}, "cpu"),
    ],
)
def test_a_size_out_of_range_is_refused_and_the_property_named(world, anna, wrong, named):
    answer = anna.post(
        f"{machine_path(world.machine).rsplit('/', 1)[0]}", wrong | {"links": [template_link(world)]}
    )
    assert (answer.status_code, codes(answer)) == (400, ["GEN-2"])
    assert named in answer.json()["collection"][0]["message"]


def test_every_wrong_property_is_told_at_once(anna, path):
    answer = anna.put(path, {"cpu": 0, "ram": "x", "name": "n" * 200})
    assert answer.status_code == 400
    assert [entry["message"].split(":")[0] for entry in answer.json()["collection"]] == ["name", "cpu", "ram"]


def test_a_machine_without_a_template_link_is_refused(world, anna):
    answer = anna.post(f"{machine_path(world.machine).rsplit('/', 1)[0]}", {"label": "web"})
    assert (answer.status_code, codes(answer)) == (400, ["GEN-6"])


def test_a_link_to_another_tenants_template_is_not_found(world, anna):
    template = world.template
    template.shared = False
    template.save()
    answer = anna.post(f"{machine_path(world.machine).rsplit('/', 1)[0]}", {"links": [template_link(world)]})
    assert (answer.status_code, codes(answer)) == (404, ["VIMAGE-0"])


def test_putting_back_what_was_fetched_changes_nothing(anna, path):
    before = anna.get(path).json()
    assert anna.put(path, before).status_code == 204
    assert anna.get(path).json() == before


def test_a_partial_document_leaves_what_it_does_not_name(anna, path):
    anna.put(path, {"description": "the shop's front", "cpu": 2})
    anna.put(path, {"name": "front", "description": None})
    after = anna.get(path).json()
    assert (after["name"], after["description"], after["cpu"], after["ram"]) == (
        "front",
        "the shop's front",
        2,
        128,
    )


def test_an_explicitly_empty_text_clears_it(anna, path):
    anna.put(path, {"description": "something"})
    anna.put(path, {"description": ""})
    assert anna.get(path).json()["description"] == ""


def test_a_changed_label_renames_although_the_old_name_is_sent_along(anna, path):
    anna.put(path, anna.get(path).json() | {"label": "renamed"})
    assert anna.get(path).json()["name"] == "renamed"


def test_links_to_other_nics_are_refused_instead_of_ignored(anna, deployed):
    document = anna.get(deployed).json()
    other = {"rel": "nic1", "href": link(document, "nic0").rsplit("/", 1)[0] + "/99999"}
    answer = anna.put(deployed, document | {"links": [*document["links"], other]})
    assert (answer.status_code, codes(answer)) == (409, ["409-CONFLICT-NotImpemented"])


@pytest.mark.parametrize(
    "odd",
    [
        {"body": None},
        {"body": "null", "content_type": "*/*"},
        {"body": "null", "content_type": "application/json"},
        {"body": "null", "content_type": "application/vnd.abiquo.virtualmachinetask+json"},
        {"body": "null", "content_type": "application/vnd.abiquo.acceptedrequest+json; version=3.10"},
        {"body": "{}", "content_type": ""},
        {"body": "{}", "content_type": "application/x-www-form-urlencoded"},
        {"body": {"forceVdcLimits": True, "forceUndeploy": False, "links": []}},
    ],
)
def test_deploying_takes_every_body_clients_are_known_to_send(anna, path, odd):
    answer = anna.post(f"{path}/action/deploy", odd.pop("body"), **odd)
    assert answer.status_code == 202
    assert answer["Content-Type"].startswith("application/vnd.abiquo.acceptedrequest+json")


def test_a_body_that_is_no_json_is_refused(anna, path):
    answer = anna.put(path, "{broken", content_type="application/json")
    assert (answer.status_code, codes(answer)) == (400, ["400-BAD-REQUEST"])
    assert codes(anna.put(path, "[1]")) == ["400-BAD-REQUEST"]


def test_a_deployment_is_followed_by_its_status_link(anna, path, datacenter):
    answer = anna.post(f"{path}/action/deploy")
    status = next(each for each in answer.json()["links"] if each["rel"] == "status")
    assert status["type"] == "application/vnd.abiquo.task+json"
    running = anna.get(status["href"]).json()
    assert (running["type"], running["state"]) == ("DEPLOY", "STARTED")
    assert anna.get(path).json()["state"] == "LOCKED"
    datacenter.work()
    done = anna.get(status["href"]).json()
    assert done["state"] == "FINISHED_SUCCESSFULLY"
    assert [job["state"] for job in done["jobs"]["collection"]] == ["DONE"] * 5
    assert anna.get(path).json()["state"] == "ON"


def test_the_second_deployment_at_once_is_refused_with_the_running_task(anna, path):
    first = anna.post(f"{path}/action/deploy")
    second = anna.post(f"{path}/action/deploy")
    assert second.status_code == 409
    assert link(second, "status") == link(first, "status")


def test_a_repeated_idempotency_key_answers_the_same_task(anna, path):
    first = anna.post(f"{path}/action/deploy", Idempotency_Key="one-intent")
    again = anna.post(f"{path}/action/deploy", Idempotency_Key="one-intent")
    assert (first.status_code, again.status_code) == (202, 202)
    assert link(first, "status") == link(again, "status")
    assert Operation.objects.count() == 1


def test_an_idempotency_key_used_for_something_else_is_refused(world, anna, path):
    other = machine_path(world.new_machine("other"))
    anna.post(f"{path}/action/deploy", Idempotency_Key="one-intent")
    answer = anna.post(f"{other}/action/deploy", Idempotency_Key="one-intent")
    assert (answer.status_code, codes(answer)[0]) == (409, "IDEMPOTENCY-1")


def test_a_plan_says_what_would_happen_and_changes_nothing(anna, path):
    answer = anna.post(f"{path}/action/deploy?plan=true")
    plan = answer.json()
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.abiquo.deploymentplan+json")
    assert (plan["possible"], plan["location"], len(plan["steps"])) == (True, "North", 4)
    assert plan["price"]
    assert "host" not in plan
    assert not Operation.objects.exists()


def test_the_plan_tells_administrators_which_host_and_why(world, anna, path):
    assert world.cloud_admin.pk
    plan = ApiUser("root").post(f"{path}/action/deploy?plan=true").json()
    assert plan["host"] == "host-1"
    assert plan["hostReason"]


def test_a_passed_limit_is_refused_with_its_numbers(world, anna, path):
    update_virtual_datacenter(
        actor=world.admin, virtual_datacenter=world.vdc, memory_mib_soft=100, memory_mib_hard=100
    )
    answer = anna.post(f"{path}/action/deploy")
    told = answer.json()["collection"][0]
    assert (answer.status_code, told["code"]) == (409, "LIMITS_EXCEEDED")
    assert (told["numbers"]["used"], told["numbers"]["requested"], told["numbers"]["hard"]) == (0, 128, 100)
    assert VirtualMachine.objects.get(pk=world.machine.pk).state == "NOT_ALLOCATED"


def test_a_soft_limit_is_passed_by_force_only(world, anna, path):
    update_virtual_datacenter(actor=world.admin, virtual_datacenter=world.vdc, vcpus_soft=1, vcpus_hard=8)
    anna.put(path, {"cpu": 2})
    assert codes(anna.post(f"{path}/action/deploy")) == ["SOFT_LIMIT_EXCEEDED"]
    assert anna.post(f"{path}/action/deploy?force=true").status_code == 202


def test_no_room_is_one_sentence_for_tenants_and_a_table_for_administrators(world, anna, path):
    assert world.cloud_admin.pk
    anna.put(path, {"ram": 1_000_000})
    told = anna.post(f"{path}/action/deploy").json()
    shown = ApiUser("root").post(f"{path}/action/deploy").json()
    assert "host-1" not in str(told)
    assert "host-1" in str(shown)


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ([("PAUSED", {})], "PAUSED"),
        ([("PAUSED", {}), ("ON", {})], "ON"),
        ([("OFF", {})], "OFF"),
        ([("OFF", {"gracefulShutdown": True})], "OFF"),
        ([("off", {}), ("on", {})], "ON"),
    ],
)
def test_the_state_resource_moves_the_machine(anna, deployed, datacenter, steps, shown):
    for state, more in steps:
        answer = anna.put(f"{deployed}/state", {"state": state} | more)
        assert answer.status_code == 202
        datacenter.work()
    assert anna.get(f"{deployed}/state").json()["state"] == shown


def test_an_impossible_state_is_refused(anna, deployed):
    assert codes(anna.put(f"{deployed}/state", {"state": "LOCKED"})) == ["GEN-2"]
    assert codes(anna.put(f"{deployed}/state", {})) == ["GEN-2"]
    assert anna.put(f"{deployed}/state", {"state": "ON"}).status_code == 409


def test_a_deployed_machine_gets_its_new_size_by_a_task(anna, deployed, datacenter):
    anna.put(f"{deployed}/state", {"state": "OFF"})
    datacenter.work()
    answer = anna.put(deployed, {"cpu": 3})
    assert answer.status_code == 202
    datacenter.work()
    assert anna.get(deployed).json()["cpu"] == 3


def test_deleting_a_deployed_machine_is_a_task_that_can_be_followed_to_its_end(anna, deployed, datacenter):
    answer = anna.delete(deployed)
    assert answer.status_code == 202
    datacenter.work()
    assert anna.get(link(answer, "status")).json()["state"] == "FINISHED_SUCCESSFULLY"
    assert anna.get(deployed).status_code == 404
    assert anna.delete(deployed).status_code == 404


def test_an_undeployed_machine_is_deleted_at_once(anna, path):
    answer = anna.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer


def test_a_viewer_reads_and_is_refused_everything_else(world, anna, path):
    assert world.viewer.pk
    vera = ApiUser("vera")
    assert vera.get(path).status_code == 200
    for answer in (
        vera.put(path, {"name": "x"}),
        vera.delete(path),
        vera.post(f"{path}/action/deploy"),
        vera.post(f"{path.rsplit('/', 1)[0]}", {"links": [template_link(world)]}),
    ):
        assert answer.status_code == 403


def test_a_task_that_failed_says_what_went_wrong(anna, path, datacenter):
    from contracts.base import Failed

    datacenter.answers["define_machine"] = Failed(code="hypervisor_refused", detail="no such bridge")
    answer = anna.post(f"{path}/action/deploy")
    datacenter.work()
    task = anna.get(link(answer, "status")).json()
    assert task["state"] == "FINISHED_UNSUCCESSFULLY"
    assert task["error"].startswith("hypervisor_refused: ")
    assert "ROLLBACK_DONE" in {job["rollbackState"] for job in task["jobs"]["collection"]}


def test_a_running_task_is_cancelled_by_its_link(anna, path, datacenter):
    task = link(anna.post(f"{path}/action/deploy"), "status")
    cancel = link(anna.get(task), "cancel")
    assert anna.post(cancel, "not needed any more", content_type="text/plain").status_code == 204
    datacenter.work()
    assert anna.get(task).json()["state"] == "CANCELLED"
    assert anna.post(cancel).status_code == 409


def test_a_running_task_is_among_its_users_pending_ones(world, anna, path):
    task = link(anna.post(f"{path}/action/deploy"), "status")
    pending = anna.get(link(anna.get("/api/login"), "pendingtasks")).json()["collection"]
    assert [link(each, "self") for each in pending] == [task]
