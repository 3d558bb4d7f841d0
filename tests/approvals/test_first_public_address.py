"""The first public address of an enterprise: said by the plan, waited for, held, given back or taken."""

import re

import pytest

from approvals.models import ApprovalRequest
from compute.states import MachineState
from networking.models import AddressLease, Network, NetworkKind, Nic
from networking.services import add_private_network
from tests.approvals.offices import nothing_held, rule, switch_on
from tests.browsing import browser_of

FORESEEN = "the enterprise takes its first public address"


@pytest.fixture
def public(world, datacenter):
    """An enterprise that asks before its first public address, and a public network its machines stand in."""
    switch_on(world.acme)
    rule(world, "Outside", condition="public_ip")
    Network.objects.filter(virtual_datacenter_id=world.vdc.id).update(kind=NetworkKind.PUBLIC)
    return datacenter


def plan_page(world, machine) -> str:
    return browser_of(world.user).get(f"/machines/{machine.id}/actions/deploy/").content.decode()


def deployed(world, machine) -> None:
    """Deploy it as somebody does who read its plan: by the dialog, with the plan's fingerprint."""
    shown = plan_page(world, machine)
    told = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("fingerprint", "key")}
    answer = browser_of(world.user).post(f"/machines/{machine.id}/actions/deploy/", told)
    assert answer.status_code < 400, answer.content


def decided(world, verdict: str) -> None:
    request = ApprovalRequest.objects.waiting().get()
    answer = browser_of(world.admin).post(f"/approvals/{request.id}/", {"verdict": verdict})
    assert answer.status_code < 400, answer.content


def test_the_plan_says_so_the_deployment_waits_with_its_address_and_then_runs(world, public):
    first, second = (world.new_machine(name) for name in ("first", "second"))

    shown = plan_page(world, first)
    deployed(world, first)
    held = AddressLease.objects.get()
    public.work()
    waiting = ApprovalRequest.objects.waiting().get()

    assert FORESEEN in shown and FORESEEN in waiting.reasons[0]["message"]
    assert (held.network.kind, held.nic.virtual_machine_id) == (NetworkKind.PUBLIC, first.id)
    first.refresh_from_db()
    assert first.state == MachineState.NOT_ALLOCATED

    decided(world, "approve")
    public.work()
    first.refresh_from_db()
    assert first.state == MachineState.ON
    assert AddressLease.objects.get().ip == held.ip

    assert FORESEEN not in plan_page(world, second)
    deployed(world, second)
    public.work()
    second.refresh_from_db()
    assert second.state == MachineState.ON
    assert not ApprovalRequest.objects.waiting().exists()


def test_refused_it_gives_the_address_back_and_the_next_is_the_first_again(world, public):
    first, second = (world.new_machine(name) for name in ("first", "second"))
    deployed(world, first)

    decided(world, "reject")
    public.work()

    assert nothing_held(first)
    assert FORESEEN in plan_page(world, second)
    deployed(world, second)
    assert ApprovalRequest.objects.waiting().get().resource_id == second.id


def test_a_second_card_in_a_public_network_counts_in_the_plan_as_in_the_deed(world, public):
    machine = world.new_machine("two cards")
    card = Nic.objects.select_related("network").get(virtual_machine_id=machine.id)
    outside = card.network
    card.network = add_private_network(
        actor=world.admin, virtual_datacenter=world.vdc, name="inside", address="10.77.0.0", prefix_length=24
    )
    card.save()
    Nic.objects.create(
        enterprise=world.acme, network=outside, virtual_machine_id=machine.id, position=1,
        mac="52:54:00:00:00:77",
    )  # fmt: skip

    assert FORESEEN in plan_page(world, machine)
    deployed(world, machine)
    assert ApprovalRequest.objects.waiting().get().resource_id == machine.id
