"""Pages of blueprints: found, looked at, compared, taken from files, used, and saved from appliances."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalogue.blueprints import document
from catalogue.models import Blueprint
from catalogue.services import add_blueprint_version
from compute.models import VirtualAppliance, VirtualMachine
from operations.models import Operation
from tenants.services import load_scope
from tests.browsing import browser_of
from tests.compute.blueprints import planner, shop, shop_content, to_the_end

HEAD = "apiVersion: atrium/v1\nkind: Blueprint\nmetadata:\n  name: From a file\nspec:\n"
TEXT = HEAD + "  machines:\n    - label: web\n      template: Tiny\n"


@pytest.fixture
def anna(world) -> Client:
    return browser_of(planner(world))


def words(answer: Any) -> str:
    """What the page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def use_path(blueprint: Blueprint) -> str:
    return f"/blueprints/{blueprint.pk}/use/"


def filled(page: Any) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_an_empty_list_says_what_a_blueprint_is_and_how_to_begin(anna):
    page = words(anna.get("/catalogue/blueprints/"))
    assert "A blueprint says what a virtual appliance is made of" in page
    assert "Start from a file" in page


def test_the_list_finds_by_name_and_by_whose_they_are(world, anna):
    theirs = shop(world, planner(world, world.rival_admin), name="Their plan").blueprint
    theirs.scopes.add(load_scope("Partners", enterprises=(world.acme,)))
    shop(world, name="Our plan")
    for query, there, gone in (
        ("q=our", "Our plan", "Their plan"),
        ("offer=offered", "Their plan", "Our plan"),
        ("offer=own&view=list", "Our plan", "Their plan"),
        ("view=list", "Their plan", "Nothing"),
    ):
        page = words(anna.get(f"/catalogue/blueprints/?{query}"))
        assert there in page and gone not in page
    assert "Rival" not in words(anna.get("/catalogue/blueprints/"))
    assert "No blueprint matches" in words(anna.get("/catalogue/blueprints/?q=nowhere"))


def test_its_page_draws_machines_and_networks(world, anna):
    blueprint = shop(world).blueprint
    page = anna.get(f"/catalogue/blueprints/{blueprint.pk}/").content.decode()
    assert 'aria-label="2 × web in front; 1 × db in front"' in page
    assert page.count('class="box-name"') == 2
    assert "192.168.10.0/24" in page


def test_versions_are_compared_and_one_is_the_default(world, anna):
    first = shop(world)
    machines = [{"label": "web", "template": "Tiny"}]
    content = shop_content(networks=[], machines=machines)
    second = add_blueprint_version(
        actor=planner(world), blueprint=first.blueprint, content=content, note="Without a database"
    )
    path = f"/catalogue/blueprints/{first.blueprint_id}"

    page = words(anna.get(f"{path}/versions/"))
    assert "Without a database" in page
    assert "db was there gone" in page and "web · Number 2 1" in page
    assert "They make the same" in words(anna.get(f"{path}/versions/?from=1&to=1"))

    anna.post(f"{path}/versions/{first.pk}/default/")
    assert "This is version 2, not the default one" in words(anna.get(f"{path}/versions/{second.pk}/"))


def test_what_is_downloaded_can_be_uploaded_again(world, anna):
    version = shop(world)
    file = anna.get(f"/catalogue/blueprints/{version.blueprint_id}/versions/{version.pk}/file/")
    assert file["Content-Disposition"] == 'attachment; filename="shop-plan-1.yaml"'
    text = file.content.decode().replace("Shop plan", "Other plan")

    upload = SimpleUploadedFile("plan.yaml", text.encode())
    answer = anna.post("/catalogue/blueprints/new/", {"file": upload, "text": ""})

    made = Blueprint.objects.get(name="Other plan")
    assert answer["Location"] == f"/catalogue/blueprints/{made.pk}/"
    assert made.default_version.read_content == version.read_content


def test_a_file_that_is_wrong_is_told_with_its_lines_and_not_lost(anna):
    text = TEXT + "      count: 0\n"
    answer = anna.post("/catalogue/blueprints/new/", {"text": text})
    assert answer.status_code == 409
    assert "Line 9: spec.machines.0.count: is at least 1" in words(answer)
    assert "count: 0" in answer.content.decode()
    assert not Blueprint.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose a file, or paste its text"),
        ({"file": SimpleUploadedFile("a", b"\xff\xfe")}, "no text in UTF-8"),
        ({"file": SimpleUploadedFile("a", b"x" * 300_000)}, "at most 256 KiB"),
        ({"text": "x" * 300_000}, "at most 256 KiB"),
        ({"text": "a: &a [*a]"}, "anchors and aliases"),
    ],
)
def test_what_is_no_file_of_a_blueprint_is_refused_in_words(anna, sent, told):
    answer = anna.post("/catalogue/blueprints/new/", sent)
    assert answer.status_code == 409 and told in words(answer)


def test_while_writing_one_sees_what_it_says(anna):
    check = "/catalogue/blueprints/check/"
    assert "From a file" in words(anna.post(check, {"text": TEXT}))
    assert "2 things are wrong" in words(anna.post(check, {"text": TEXT + "      a: 1\n      b: 2\n"}))
    assert "is drawn here" in words(anna.post(check, {"text": " "}))


def test_a_further_version_begins_with_the_text_of_the_default_one(world, anna):
    version = shop(world)
    path = f"/catalogue/blueprints/{version.blueprint_id}/new-version/"
    assert "label: web" in anna.get(path).content.decode()
    anna.post(path, {"text": TEXT, "note": "Smaller"})
    version.blueprint.refresh_from_db()
    assert (version.blueprint.default_version.number, version.blueprint.default_version.note) == (
        2,
        "Smaller",
    )


def test_name_sharing_and_locations_are_edited(world):
    root = planner(world, world.cloud_admin)
    version = shop(world)
    scope = load_scope("Partners", enterprises=(world.rival,))
    browser, path = browser_of(root), f"/catalogue/blueprints/{version.blueprint_id}"
    fields = {"name": "New name", "description": "Words", "icon": "", "scopes": [scope.pk]}
    browser.post(f"{path}/edit/", fields | {"datacenters": [world.datacenter.pk]})

    page = words(browser.get(f"{path}/sharing/"))
    assert "New name" in page and "Partners" in page and "North" in page
    assert "Blueprint changed" in words(browser.get(f"{path}/history/"))


def test_deleting_asks_for_the_name_and_names_what_goes(world, anna):
    blueprint = shop(world).blueprint
    path = f"/catalogue/blueprints/{blueprint.pk}/delete/"
    page = anna.get(path)
    assert 'data-must-equal="Shop plan"' in page.content.decode() and "Version 1" in words(page)
    anna.post(path)
    assert not Blueprint.objects.exists()


def test_using_one_shows_the_plan_and_leads_to_what_is_made(world, anna):
    blueprint, vdc = shop(world).blueprint, world.vdc
    page = anna.get(f"{use_path(blueprint)}?virtual_datacenter={vdc.pk}")
    assert "3 machines · Production, North" in words(page)
    assert "Limits, before and after" not in words(page)

    form = filled(page) | {"virtual_datacenter": vdc.pk, "name": "My shop", "starts": "1"}
    answer = anna.post(use_path(blueprint), form)

    appliance = VirtualAppliance.objects.get(name="My shop")
    assert answer["Location"] == f"/virtual-appliances/{appliance.pk}/"
    assert "It is being made" in words(anna.get(answer["Location"]))
    assert "My shop Working" in words(anna.get("/virtual-appliances/"))
    to_the_end(Operation.objects.get())
    assert Operation.objects.filter(kind="virtual_machine.deploy").count() == 3
    page = words(anna.get(answer["Location"]))
    assert "web-1" in page and "Blueprint: Shop plan , version 1" in page


def test_who_waits_for_what_could_not_be_made_is_led_on(world, anna):
    blueprint = shop(world).blueprint
    answer = anna.post(use_path(blueprint), {"virtual_datacenter": world.vdc.pk})
    world.template.state = "UNAVAILABLE"
    world.template.save()
    assert to_the_end(Operation.objects.get()).status == "failed"
    assert anna.get(answer["Location"]).status_code == 404
    asked_again = anna.get(answer["Location"], headers={"HX-Request": "true"})
    assert asked_again["HX-Redirect"] == "/virtual-appliances/"


def test_a_template_that_is_missing_can_be_replaced_by_another(world, anna):
    machines = [{"label": "web", "template": "Gone"}]
    blueprint = shop(world, content=shop_content(networks=[], machines=machines)).blueprint
    page = anna.get(f"{use_path(blueprint)}?virtual_datacenter={world.vdc.pk}")
    assert "There is no template Gone here" in words(page)
    assert "disabled data-blocked" in page.content.decode()

    form = {"virtual_datacenter": world.vdc.pk, "template_1": world.template.pk}
    plan = anna.post(f"{use_path(blueprint)}plan/", form)
    assert "Gone" not in words(plan) and "disabled" not in plan.content.decode()
    anna.post(use_path(blueprint), form)
    to_the_end(Operation.objects.get())
    assert VirtualMachine.objects.get().template == world.template


def test_somebody_elses_template_is_no_answer(world, anna):
    blueprint = shop(world).blueprint
    for answer in ("999999", "x", "-1", str(2**70)):
        form = {"virtual_datacenter": world.vdc.pk, "template_1": answer}
        assert anna.post(use_path(blueprint), form).status_code in (302, 409)
    assert Operation.objects.count() <= 1


def test_terms_have_to_be_accepted(world, anna):
    blueprint = shop(world).blueprint
    world.template.terms = "Be kind."
    world.template.save()
    form = {"virtual_datacenter": world.vdc.pk}
    refused = anna.post(use_path(blueprint), form)
    assert refused.status_code == 409 and "Be kind." in words(refused)
    anna.post(use_path(blueprint), form | {"terms_accepted": "1"})
    assert to_the_end(Operation.objects.get()).status == "succeeded"


def test_the_form_sent_twice_makes_one(world, anna):
    blueprint = shop(world).blueprint
    form = filled(anna.get(use_path(blueprint))) | {"virtual_datacenter": world.vdc.pk, "starts": "1"}
    first, again = anna.post(use_path(blueprint), form), anna.post(use_path(blueprint), form)
    assert first["Location"] == again["Location"]


def test_who_may_not_is_told_which_right_is_missing(world):
    blueprint = shop(world).blueprint
    user = browser_of(world.user)
    assert "CONSUME_VAPP_SPEC" in words(user.get(f"{use_path(blueprint)}?virtual_datacenter={world.vdc.pk}"))
    assert "MANAGE_VAPP_SPEC" in words(user.get("/catalogue/blueprints/new/"))
    assert user.post(use_path(blueprint), {"virtual_datacenter": world.vdc.pk}).status_code == 409


def test_an_appliance_is_saved_with_what_is_left_out_told(world, anna):
    machine = world.new_machine("web")
    captured = world.new_machine("old")
    VirtualMachine.objects.filter(pk=captured.pk).update(template=None)
    path = f"/virtual-appliances/{machine.virtual_appliance_id}/blueprint/"

    page = words(anna.get(path))
    assert "old was taken over from its host" in page and "What is written on the disks" in page

    anna.post(path, {"kind": "new", "name": "Saved", "description": "From a shop"})
    blueprint = Blueprint.objects.get(name="Saved")
    assert [each.label for each in blueprint.default_version.read_content.machines] == ["web"]
    page = anna.get(path).content.decode()
    assert re.search(r'value="version" checked', page)
    anna.post(path, {"kind": "version", "blueprint": blueprint.pk, "note": "Again"})
    assert blueprint.versions.count() == 2


def test_saving_without_a_name_or_without_a_blueprint_is_told(world, anna):
    machine = world.new_machine("web")
    path = f"/virtual-appliances/{machine.virtual_appliance_id}/blueprint/"
    assert "Give it a name" in words(anna.post(path, {"kind": "new"}))
    assert "Choose the blueprint" in words(anna.post(path, {"kind": "version"}))


def test_addresses_are_kept_when_that_is_asked_for(world, datacenter, anna):
    machine = world.new_machine("web")
    anna.post(f"/machines/{machine.pk}/actions/deploy/")
    datacenter.work()
    path = f"/virtual-appliances/{machine.virtual_appliance_id}/blueprint/"
    anna.post(path, {"kind": "new", "name": "Loose"})
    anna.post(path, {"kind": "new", "name": "Fixed", "keeps_addresses": "on"})
    kept = {
        blueprint.name: blueprint.default_version.read_content.machines[0].cards[0].host
        for blueprint in Blueprint.objects.all()
    }
    assert kept == {"Loose": None, "Fixed": 2}


def test_a_downloaded_file_says_what_it_is(world, anna):
    version = shop(world)
    path = f"/catalogue/blueprints/{version.blueprint_id}/versions/{version.pk}/file/"
    metadata, content = document.read(anna.get(path).content.decode())
    assert (metadata.name, content) == ("Shop plan", shop_content())
