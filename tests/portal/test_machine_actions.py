"""Acting on machines from pages: what is asked first, what is refused and why, and many at once."""

import json

import pytest
from django.urls import reverse

from compute.models import VirtualMachine
from compute.services import deploy
from compute.states import MachineState
from operations.models import Operation
from tests.browsing import browser_of

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def machine(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    world.machine.refresh_from_db()
    return world.machine


def address(machine, action: str) -> str:
    return reverse("compute:action", args=[machine.id, action])


def test_an_action_closes_the_dialog_and_opens_the_task_drawer(world, machine, datacenter):
    response = browser_of(world.user).post(address(machine, "pause"), **HTMX)
    datacenter.work()

    machine.refresh_from_db()
    assert machine.state == MachineState.PAUSED
    assert set(json.loads(response.headers["HX-Trigger-After-Swap"])) == {"close-dialog", "open-drawer"}


def test_undeploying_names_what_is_lost_and_asks_for_the_name(world, machine):
    client = browser_of(world.user)

    question = client.get(address(machine, "undeploy"), **HTMX).content.decode()
    client.post(address(machine, "undeploy"), {"typed_name": "wrong"}, **HTMX)

    assert "40 MiB of disk with everything on it" in question
    assert "192.168.0.2" in question
    assert not Operation.objects.filter(kind="virtual_machine.undeploy").exists()


def test_a_wrong_state_is_told_in_the_dialog(world, machine):
    answer = browser_of(world.user).post(address(machine, "power_on"), **HTMX)

    assert "Only machines that are off can be powered on." in answer.content.decode()


def test_a_plan_that_changed_since_it_was_shown_is_refused(world, datacenter):
    assert world.machine.pk
    client = browser_of(world.user)
    shown = client.get(address(world.machine, "deploy"), **HTMX).context["fields"]
    VirtualMachine.objects.update(memory_mib=256)

    answer = client.post(address(world.machine, "deploy"), shown, **HTMX).content.decode()

    assert "PLAN-CHANGED" in answer
    assert not Operation.objects.exists()


def test_pressing_deploy_twice_deploys_once(world, datacenter):
    assert world.machine.pk
    client = browser_of(world.user)
    shown = client.get(address(world.machine, "deploy"), **HTMX).context["fields"]

    client.post(address(world.machine, "deploy"), shown, **HTMX)
    client.post(address(world.machine, "deploy"), shown, **HTMX)

    assert Operation.objects.count() == 1


def test_a_refused_change_of_size_shows_the_numbers_and_keeps_what_was_typed(world, machine, datacenter):
    client = browser_of(world.admin)
    client.post(address(machine, "power_off"), **HTMX)
    datacenter.work()

    page = client.post(
        reverse("compute:reconfigure", args=[machine.id]), {"vcpus": 100, "memory_mib": 512}
    ).content.decode()

    assert "no room for 99 more virtual CPUs" in page
    assert 'value="100"' in page


def test_a_size_out_of_range_is_answered_in_words(world, machine):
    page = browser_of(world.admin).post(
        reverse("compute:reconfigure", args=[machine.id]), {"vcpus": 0, "memory_mib": "much"}
    )

    assert "greater than or equal to 1" in page.content.decode()
    assert "whole number" in page.content.decode()


def test_many_at_once_shows_first_who_is_skipped_and_why(world, machine):
    draft = world.new_machine("draft")

    preview = browser_of(world.user).post(
        reverse("compute:bulk", args=["power_off"]), {"machine": [machine.id, draft.id]}, **HTMX
    )

    assert "Power off 1 machine?" in preview.content.decode()
    assert "Only running or paused machines can be powered off." in preview.content.decode()
    assert not Operation.objects.filter(kind="virtual_machine.power_off").exists()


def test_many_at_once_tells_the_result_of_each(world, machine, datacenter):
    world.virtual_datacenter(world.admin, "Tight", vcpus_soft=1, vcpus_hard=1)
    drafts = [world.new_machine(f"draft-{number}") for number in (1, 2)]
    VirtualMachine.objects.filter(pk=drafts[1].pk).update(memory_mib=10**6)

    result = browser_of(world.user).post(
        reverse("compute:bulk", args=["deploy"]), {"machine": [each.id for each in drafts], "go": "1"}, **HTMX
    )
    datacenter.work()

    page = result.content.decode()
    assert "Deploy: 1 started" in page
    assert "DC-10" in page
    assert VirtualMachine.objects.get(pk=drafts[0].pk).state == MachineState.ON


def test_many_at_once_ignores_machines_of_others(world, machine):
    client = browser_of(world.rival_admin)

    page = client.post(
        reverse("compute:bulk", args=["power_off"]), {"machine": [machine.id], "go": "1"}, **HTMX
    )

    assert "web" not in page.content.decode()
    assert not Operation.objects.filter(kind="virtual_machine.power_off").exists()


def test_an_unknown_action_is_not_found(world, machine):
    assert browser_of(world.user).post(address(machine, "explode")).status_code == 404


def test_deleting_from_its_page_leads_back_to_the_list(world, datacenter):
    page = f"http://testserver{reverse('compute:machine', args=[world.machine.id])}"

    response = browser_of(world.user).post(
        address(world.machine, "delete"), headers={"HX-Request": "true", "HX-Current-URL": page}
    )

    assert response.headers["HX-Redirect"] == reverse("compute:machines")
    assert not VirtualMachine.objects.exists()
