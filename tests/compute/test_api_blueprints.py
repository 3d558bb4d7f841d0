"""Blueprints by REST: made of an appliance, versions, checked and made in a virtual datacenter."""

from typing import Any

import pytest

from catalogue.models import Blueprint, BlueprintVersion
from compute.models import VirtualAppliance
from operations.models import Operation
from tenants.services import load_scope
from tests.api_user import ApiUser, codes, link
from tests.compute.blueprints import planner, shop, to_the_end
from tests.world import World

SPEC_TYPE = "application/vnd.abiquo.virtualappliancespec+json"
LIST_TYPE = "application/vnd.abiquo.virtualappliancespecs+json"


def vdc_path(world: World) -> str:
    return f"/api/cloud/virtualdatacenters/{world.vdc.pk}"


def appliance_path(world: World) -> str:
    return f"{vdc_path(world)}/virtualappliances/{world.appliance.pk}"


def spec_path(version: BlueprintVersion) -> str:
    return f"/api/admin/enterprises/{version.blueprint.enterprise_id}/vappspecs/{version.pk}"


def sent_back(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return document | changes


def test_a_blueprint_is_made_of_an_appliance_and_becomes_its_origin(world):
    planner(world)
    world.new_machine("web")
    body = {"name": "Shop plan", "description": "All of it", "defaultSpec": False, "links": []}

    answer = ApiUser("anna").post(f"{appliance_path(world)}/action/spec", body, content_type=SPEC_TYPE)

    assert answer.status_code == 201, answer.content
    spec = answer.json()
    assert (spec["name"], spec["description"], spec["defaultSpec"]) == ("Shop plan", "All of it", True)
    assert spec["virtualMachineSpecs"][0] | {
        "name": "web", "label": "web", "cpu": 1, "ram": 128, "templateSpecId": "template_1", "disks": [],
    } == spec["virtualMachineSpecs"][0]  # fmt: skip
    assert spec["virtualMachineTemplateSpecs"] == [{"specId": "template_1", "name": "Tiny"}]
    assert spec["networkSpecs"][0]["type"] == "INTERNAL"
    assert spec["alertSpecs"] == spec["firewallPolicySpecs"] == spec["tierSpecs"] == []
    assert answer["Location"] == link(spec, "edit")
    appliance = ApiUser("anna").get(appliance_path(world)).json()
    assert link(appliance, "origin") == link(spec, "edit")


def test_a_further_version_is_of_the_origin_and_is_listed_with_it(world):
    planner(world)
    world.new_machine("web")
    anna = ApiUser("anna")
    none_yet = anna.post(f"{appliance_path(world)}/action/specversion", {}, content_type=SPEC_TYPE)
    assert (none_yet.status_code, codes(none_yet)) == (409, ["SPEC-2"])
    first = anna.post(f"{appliance_path(world)}/action/spec", {"name": "Plan"}).json()
    world.new_machine("db")

    second = anna.post(
        f"{appliance_path(world)}/action/specversion", {"defaultSpec": False}, content_type=SPEC_TYPE
    )

    assert second.status_code == 201
    assert second.json()["defaultSpec"] is False
    assert len(second.json()["virtualMachineSpecs"]) == 2
    assert link(second, "origin") == link(first, "edit")
    versions = anna.get(link(first, "versions"), Accept=LIST_TYPE).json()
    assert [each["version"] for each in versions["collection"]] == [1, 2]
    listed = anna.get(f"/api/admin/enterprises/{world.acme.pk}/vappspecs").json()["collection"]
    assert [link(each, "edit") for each in listed] == [link(first, "edit")]
    anna.put(link(second, "edit"), sent_back(second.json(), defaultSpec=True), content_type=SPEC_TYPE)
    offered = anna.get(f"{vdc_path(world)}/vappspecs").json()["collection"]
    assert [link(each, "edit") for each in offered] == [link(second, "edit")]


def test_what_is_fetched_and_sent_back_changes_what_was_changed(world):
    version = shop(world)
    planner(world, world.cloud_admin)
    scope = load_scope("Partners", enterprises=(world.rival,))
    root = ApiUser("root")
    fetched = root.get(spec_path(version)).json()
    links = [*fetched["links"], {"rel": "scope", "href": f"/api/admin/scopes/{scope.pk}"}]

    changed = root.put(
        spec_path(version), fetched | {"name": "Other", "links": links}, content_type=SPEC_TYPE
    )

    assert changed.status_code == 200, changed.content
    assert (changed.json()["name"], link(changed, "scope")) == (
        "Other",
        f"http://testserver/api/admin/scopes/{scope.pk}",
    )
    again = root.put(spec_path(version), {"description": "New"}, content_type=SPEC_TYPE).json()
    assert (again["name"], again["description"]) == ("Other", "New")
    assert link(again, "scope")
    cleared = root.put(spec_path(version), again | {"links": fetched["links"]}).json()
    assert "scope" not in {each["rel"] for each in cleared["links"]}


def test_whom_it_is_shared_with_uses_it_and_changes_nothing(world):
    version = shop(world)
    version.blueprint.scopes.add(load_scope("Partners", enterprises=(world.rival,)))
    planner(world, world.rival_admin)
    rita = ApiUser("rita")

    seen = rita.get(f"/api/admin/enterprises/{world.rival.pk}/vappspecs").json()["collection"]

    assert [each["name"] for each in seen] == ["Shop plan"]
    assert "creationUser" not in seen[0] or seen[0]["creationUser"] == ""
    assert "Acme" not in str(seen)
    href = link(seen[0], "edit")
    assert rita.get(href).status_code == 200
    assert codes(rita.put(href, {"name": "Mine"})) == ["SPEC-11"]
    assert codes(rita.delete(href)) == ["SPEC-10"]


def test_who_it_is_not_shared_with_finds_nothing(world):
    version = shop(world)
    planner(world, world.rival_admin)
    rita = ApiUser("rita")
    for path in (spec_path(version), f"{spec_path(version)}/action/validate?vdcId=1"):
        assert rita.get(path).status_code == 404


def test_a_check_tells_candidates_and_what_is_wrong(world):
    version = shop(world)
    anna = ApiUser("anna")
    path = f"{spec_path(version)}/action/validate"
    assert codes(anna.get(path)) == ["SPEC-18"]

    answer = anna.get(f"{path}?vdcId={world.vdc.pk}")

    found = answer.json()
    assert (found["errors"], found["publicIpsToPurchase"], found["chefEnabled"]) == ([], 0, False)
    assert found["templates"]["template_1"][0]["title"] == "Tiny"
    assert anna.get(found["templates"]["template_1"][0]["href"]).status_code == 200
    assert anna.get(f"{vdc_path(world)}/vappspecs/{version.pk}/action/validate").json() == found
    world.template.state = "UNAVAILABLE"
    world.template.save()
    assert [each["code"] for each in anna.get(f"{path}?vdcId={world.vdc.pk}").json()["errors"]] == ["SPEC-29"]


def test_a_checked_blueprint_that_is_sent_is_made(world):
    version = shop(world)
    anna = ApiUser("anna")
    spec = anna.get(spec_path(version)).json()
    candidates = anna.get(f"{spec_path(version)}/action/validate?vdcId={world.vdc.pk}").json()["templates"]
    for each in spec["virtualMachineTemplateSpecs"]:
        each["id"] = candidates[each["specId"]][0]["href"]

    answer = anna.post(f"{vdc_path(world)}/virtualappliances", spec, content_type=SPEC_TYPE)

    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["name"], made["state"]) == ("Shop plan", "LOCKED")
    assert link(made, "origin") == link(spec, "edit")
    task = anna.get(link(made, "tasks")).json()["collection"][0]
    assert (task["type"], task["state"]) == ("MATERIALIZE_SPEC", "STARTED")
    to_the_end(Operation.objects.get(pk=task["taskId"]))
    done = anna.get(link(task, "self")).json()
    assert (done["state"], link(done, "result")) == ("FINISHED_SUCCESSFULLY", link(made, "edit"))
    assert anna.get(link(made, "edit")).json()["state"] == "NOT_DEPLOYED"
    assert anna.get(link(made, "virtualmachines")).json()["totalSize"] == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"links": []}, "SPEC-2"),
        ({"links": [{"rel": "edit", "href": "/api/admin/racks/1"}]}, "GEN-6"),
        ({"virtualMachineTemplateSpecs": [{"specId": "template_1", "id": "/api/x"}]}, "GEN-6"),
        ({"virtualMachineTemplateSpecs": ["x"]}, "SPEC-44"),
        ({"name": "Shop"}, "SPEC-14"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_code(world, change, code):
    assert world.appliance.name == "Shop"
    version = shop(world)
    anna = ApiUser("anna")
    spec = anna.get(spec_path(version)).json()
    answer = anna.post(f"{vdc_path(world)}/virtualappliances", spec | change, content_type=SPEC_TYPE)
    assert codes(answer)[0] == code
    assert VirtualAppliance.objects.count() == 1


def test_versions_are_deleted_one_by_one_the_default_last(world):
    planner(world)
    world.new_machine("web")
    anna = ApiUser("anna")
    first = anna.post(f"{appliance_path(world)}/action/spec", {"name": "Plan"}).json()
    second = anna.post(f"{appliance_path(world)}/action/specversion", {}).json()
    assert codes(anna.delete(link(second, "edit"))) == ["SPEC-4"]
    assert anna.delete(link(first, "edit")).status_code == 204
    assert anna.delete(link(second, "edit")).status_code == 204
    assert not Blueprint.objects.exists()
    assert codes(anna.get(link(second, "edit"))) == ["SPEC-0"]


def test_an_empty_appliance_makes_no_blueprint(world):
    planner(world)
    answer = ApiUser("anna").post(f"{appliance_path(world)}/action/spec", {"name": "Plan"})
    assert (answer.status_code, codes(answer)) == (400, ["SPEC-5"])
