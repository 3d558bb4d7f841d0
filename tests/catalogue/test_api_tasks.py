"""Tasks of templates and repositories in the REST dialect: followed, cancelled, acknowledged."""

import pytest

from catalogue import services
from catalogue.services.repository_state import refresh_repository
from contracts.base import Failed
from tests.api_user import ApiUser, codes


def at(template) -> str:
    owner = f"/api/admin/enterprises/{template.enterprise_id}/datacenterrepositories"
    return f"{owner}/{template.repository.datacenter_id}/virtualmachinetemplates/{template.pk}"


def rels(document) -> dict[str, str]:
    return {each["rel"]: each["href"] for each in document["links"]}


@pytest.fixture
def broken(world, offers, datacenter):
    """The task of a conversion that failed."""
    datacenter.answers["convert_disk"] = Failed(code="datastore_full", detail="no room")
    disk = offers.template.disks.get()
    operation = services.convert_disk(actor=world.admin, disk=disk, format="raw")
    datacenter.work()
    return f"{at(offers.template)}/tasks/{operation.pk}"


def test_the_tasks_of_a_template_are_found_through_its_link(world, offers, broken):
    anna = ApiUser("anna")
    listed = anna.get(rels(anna.get(at(offers.template)).json())["tasks"]).json()
    (task,) = listed["collection"]
    assert (task["state"], task["type"]) == ("FINISHED_UNSUCCESSFULLY", "CONVERT_DISK")
    assert rels(task)["self"].endswith(broken)
    assert rels(task)["parent"].endswith(f"{at(offers.template)}/tasks")
    assert [job["state"] for job in task["jobs"]["collection"]] == ["ROLLBACK_DONE"]


def test_a_failed_task_is_acknowledged_once_and_for_all(world, offers, broken):
    anna = ApiUser("anna")
    assert world.viewer.pk
    link = rels(anna.get(broken).json())["acknowledge"]
    assert ApiUser("vera").post(link).status_code == 403
    assert [anna.post(link).status_code for _time in range(2)] == [204, 204]
    task = anna.get(broken).json()
    assert task["acknowledged"] and "acknowledge" not in rels(task)


def test_what_did_not_fail_is_not_acknowledged(world, offers, datacenter):
    operation = services.convert_disk(actor=world.admin, disk=offers.template.disks.get(), format="raw")
    answer = ApiUser("anna").post(f"{at(offers.template)}/tasks/{operation.pk}/action/ack")
    assert (answer.status_code, codes(answer)) == (409, ["TASK-2"])


def test_a_running_task_is_cancelled(world, offers, datacenter):
    operation = services.convert_disk(actor=world.admin, disk=offers.template.disks.get(), format="raw")
    anna = ApiUser("anna")
    link = rels(anna.get(f"{at(offers.template)}/tasks/{operation.pk}").json())["cancel"]
    assert anna.post(link).status_code == 204
    datacenter.answers["convert_disk"] = Failed(code="cancelled", detail="It was cancelled.")
    datacenter.work()
    assert anna.get(f"{at(offers.template)}/tasks/{operation.pk}").json()["state"] == "CANCELLED"


def test_a_deletion_is_followed_to_its_end(world, offers, datacenter):
    operation = services.delete_template(actor=world.admin, template=offers.template)
    address = f"{at(offers.template)}/tasks/{operation.pk}"
    datacenter.work()
    anna = ApiUser("anna")
    assert anna.get(at(offers.template)).status_code == 404
    assert anna.get(address).json()["state"] == "FINISHED_SUCCESSFULLY"


def test_nobody_else_sees_tasks_of_a_template(world, offers, broken):
    assert world.rival_admin.pk
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    rival = ApiUser("rita")
    assert rival.get(broken).status_code == 404
    assert rival.get(f"{at(offers.template)}/tasks").json()["collection"] == []


def test_a_look_at_a_repository_is_a_task_of_who_asked(world, offers, datacenter):
    assert world.admin.pk
    anna, place = ApiUser("anna"), world.datacenter
    address = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{place.pk}"
    answer = anna.put(f"{address}/actions/refresh")
    (link,) = answer.json()["links"]
    assert link["href"].endswith(f"{address}/tasks/{link['href'].rpartition('/')[2]}")
    assert anna.get(link["href"]).json()["state"] == "STARTED"
    datacenter.work()
    task = anna.get(link["href"]).json()
    assert (task["state"], task["type"]) == ("FINISHED_SUCCESSFULLY", "REFRESH_REPOSITORY")
    refresh_repository(actor=world.cloud_admin, datacenter=place, enterprise_id=world.rival.pk)
    assert [each["taskId"] for each in anna.get(f"{address}/tasks").json()["collection"]] == [task["taskId"]]
