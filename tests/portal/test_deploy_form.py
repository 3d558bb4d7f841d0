"""The deploy form: its plan, what it refuses with numbers, and that a refusal leaves nothing behind."""

import re
from functools import partial

import pytest
from django.urls import reverse

from compute.models import VirtualAppliance, VirtualMachine
from compute.states import MachineState
from infrastructure.models import Claim, Host
from operations.models import Operation
from tests.approvals.offices import rule, switch_on
from tests.at_once import together
from tests.browsing import browser_of

DEPLOY = "/machines/deploy/"
PLAN = "/machines/deploy/plan/"


@pytest.fixture
def form(world, datacenter):
    """What a person sends who only chose an image."""
    assert world.host.pk
    return {
        "template": world.template.id,
        "size": "image",
        "virtual_datacenter": world.vdc.id,
        "virtual_appliance": "",
        "new_appliance": "shop",
        "name": "web",
        "count": 1,
    }


def test_choosing_an_image_is_enough(world, form, datacenter):
    response = browser_of(world.user).post(DEPLOY, form)
    datacenter.work()

    machine = VirtualMachine.objects.get()
    assert response.url == reverse("compute:machine", args=[machine.id])
    assert (machine.state, machine.name, machine.memory_mib) == (MachineState.ON, "web", 128)


def test_the_plan_tells_price_and_address_before_anything_happens(world, form):
    page = browser_of(world.user).post(PLAN, form).content.decode()

    assert "192.168.0.2" in page
    assert "EUR per hour" in page
    assert not VirtualMachine.objects.exists()


@pytest.mark.parametrize(("vcpus", "waits"), [(4, True), (1, False)])
def test_the_plan_tells_beforehand_that_a_deployment_waits_for_approval(
    world, form, datacenter, vcpus, waits
):
    switch_on(world.acme)
    rule(world, "Large", condition="vcpus", threshold=2)
    form |= {"size": "custom", "vcpus": vcpus, "memory_mib": 256}

    page = browser_of(world.user).post(PLAN, form).content.decode()
    browser_of(world.user).post(DEPLOY, form)

    assert ("This waits for approval first." in page) is waits
    assert (Operation.objects.get().status == "awaiting_approval") is waits


def test_only_administrators_of_infrastructure_see_the_host_in_the_plan(world, form):
    assert world.host.name not in browser_of(world.user).post(PLAN, form).content.decode()
    assert world.host.name in browser_of(world.cloud_admin).post(PLAN, form).content.decode()


def key_of(page) -> str:
    """The key that a page gives its form."""
    return re.search(r'name="key" value="(\w{32})"', page.content.decode())[1]


@pytest.mark.parametrize("more", [{}, {"draft": "1"}])
def test_a_form_sent_twice_makes_its_machines_once(world, form, datacenter, more):
    browser = browser_of(world.user)
    sent = form | more | {"count": 3, "key": key_of(browser.get(DEPLOY))}
    first = browser.post(DEPLOY, sent)
    again = browser.post(DEPLOY, sent, follow=True)

    assert first.url == again.redirect_chain[0][0]
    assert "was sent before" in again.content.decode()
    assert VirtualMachine.objects.count() == 3
    assert Operation.objects.count() == (0 if more else 3)

    browser.post(DEPLOY, sent | {"name": "another"})
    browser.post(DEPLOY, sent | {"key": key_of(browser.get(DEPLOY))})
    assert VirtualMachine.objects.count() == 9


def test_a_form_sent_several_times_at_once_makes_its_machines_once(world, form):
    sent = form | {"count": 2, "key": key_of(browser_of(world.user).get(DEPLOY))}
    browsers = [browser_of(world.user) for _ in range(4)]

    answers = together([partial(browser.post, DEPLOY, sent) for browser in browsers])

    assert [answer.status_code for answer in answers] == [302] * 4
    assert (VirtualMachine.objects.count(), Operation.objects.count()) == (2, 2)
    assert Claim.objects.count() == 2


def test_the_key_of_somebody_else_is_another_one(world, form):
    sent = form | {"key": key_of(browser_of(world.user).get(DEPLOY))}
    for person in (world.user, world.admin):
        assert browser_of(person).post(DEPLOY, sent).status_code == 302

    assert VirtualMachine.objects.count() == 2


def test_what_was_refused_is_tried_again_with_a_new_key(world, form):
    world.acme.vcpus_hard = world.acme.vcpus_soft = 1
    world.acme.save()
    sent = form | {"count": 2, "key": "0" * 32}
    refused = browser_of(world.user).post(DEPLOY, sent)
    assert refused.status_code == 409
    assert key_of(refused) != sent["key"]


def test_several_machines_get_numbered_names(world, form, datacenter):
    browser_of(world.user).post(DEPLOY, form | {"count": 3})
    datacenter.work()

    assert sorted(VirtualMachine.objects.values_list("name", flat=True)) == ["web-1", "web-2", "web-3"]
    assert VirtualAppliance.objects.count() == 1


def test_a_draft_is_saved_without_deploying(world, form):
    browser_of(world.user).post(DEPLOY, form | {"draft": "1"})

    assert VirtualMachine.objects.get().state == MachineState.NOT_ALLOCATED
    assert not Operation.objects.exists()


def test_a_hard_limit_is_refused_with_its_numbers_and_nothing_is_left(world, form):
    form["virtual_datacenter"] = world.virtual_datacenter(world.admin, "Small", vcpus_soft=1, vcpus_hard=1).id

    response = browser_of(world.user).post(DEPLOY, form | {"count": 2})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Small would use 2 virtual CPUs; its hard limit is 1" in page
    assert "LIMITS_EXCEEDED" in page and "Pass the soft limit anyway" not in page
    assert not VirtualMachine.objects.exists()
    assert not Claim.objects.exists()


def test_a_soft_limit_can_be_passed_knowingly(world, form, datacenter):
    form["virtual_datacenter"] = world.virtual_datacenter(
        world.admin, "Careful", memory_mib_soft=100, memory_mib_hard=1000
    ).id
    client = browser_of(world.user)

    refused = client.post(DEPLOY, form)
    assert (refused.status_code, VirtualMachine.objects.count()) == (409, 0)
    assert "Pass the soft limit anyway" in refused.content.decode()

    client.post(DEPLOY, form | {"force": "1"})
    datacenter.work()
    assert VirtualMachine.objects.get().state == MachineState.ON


def test_no_room_is_one_sentence_for_tenants_and_a_table_for_administrators(world, form):
    Host.objects.update(vcpus=1, memory_mib=64)

    tenant = browser_of(world.user).post(PLAN, form).content.decode()
    operator = browser_of(world.cloud_admin).post(PLAN, form).content.decode()

    assert "No host in North has room" in tenant
    assert world.host.name not in tenant
    assert f"<strong>{world.host.name}</strong>" in operator
    assert "Has 64 MiB of memory free, 128 are needed." in operator


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("template", "", "Choose a template."),
        ("template", "999999", "valid choice"),
        ("count", "0", "greater than or equal to 1"),
        ("count", "21", "less than or equal to 20"),
        ("count", "many", "whole number"),
        ("name", "a/b", "may not begin with a space"),
        ("name", "x" * 121, "at most 120"),
        ("size", "999999", "no longer offered"),
        ("size", "custom", "Give a number"),
    ],
)
def test_bad_input_is_answered_in_words(world, form, field, value, words):
    response = browser_of(world.user).post(DEPLOY, form | {field: value})

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not VirtualMachine.objects.exists()


def test_another_enterprises_places_can_not_be_chosen(world, form):
    form["virtual_datacenter"] = world.virtual_datacenter(world.rival_admin, "Theirs").id

    response = browser_of(world.user).post(DEPLOY, form)

    assert "valid choice" in response.content.decode()
    assert not VirtualMachine.objects.exists()


def test_who_may_not_deploy_is_told_so(world, form):
    page = browser_of(world.viewer).get(DEPLOY).content.decode()

    assert "VAPP_DEPLOY_UNDEPLOY" in page
    assert "Ask an administrator of Acme." in page


def test_the_form_shows_the_networks_of_the_chosen_virtual_datacenter(world, form):
    other = world.virtual_datacenter(world.admin, "Other", network={"name": "other_network"})

    page = browser_of(world.user).get(DEPLOY, {"virtual_datacenter": other.id}).content.decode()

    assert "other_network" in page
    assert "default_private_network" not in page
