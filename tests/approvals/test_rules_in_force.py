"""Rules against real deployments: what they hold, and whom they ask."""

import pytest

from compute.services import deploy
from events.models import Event
from networking.models import AddressLease, Network, NetworkKind
from operations.models import OperationStatus
from tests.approvals.offices import request_of, rule

WAITS, RUNS = OperationStatus.AWAITING_APPROVAL, OperationStatus.RUNNING


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"condition": "vcpus", "threshold": 2}, WAITS),
        ({"condition": "vcpus", "threshold": 3}, RUNS),
        ({"condition": "cost", "threshold": "21.80"}, WAITS),
        ({"condition": "cost", "threshold": "30"}, RUNS),
        ({"condition": "soft_limit"}, RUNS),
        ({"kinds": ["undeploy"]}, RUNS),
        ({"kinds": ["deploy"]}, WAITS),
        ({"enabled": False}, WAITS),
    ],
    ids=str,
)
def test_a_deployment_waits_when_a_rule_says_so(world, acme, datacenter, fields, status):
    rule(world, **fields)
    machine = world.new_machine("big", vcpus=3)

    operation = deploy(actor=world.user, machine_id=machine.id)

    assert operation.status == status


def test_passing_a_soft_limit_takes_force_and_an_approval(world, acme, datacenter):
    rule(world, condition="soft_limit")
    machines = [world.new_machine(f"m{number}") for number in range(2)]
    world.vdc.machines_soft, world.vdc.machines_hard = 1, 5
    world.vdc.save()

    first = deploy(actor=world.user, machine_id=machines[0].id)
    second = deploy(actor=world.user, machine_id=machines[1].id, force=True)

    assert (first.status, second.status) == (RUNS, WAITS)
    assert "virtual machines" in request_of(second).reasons[0]["message"]
    assert Event.objects.filter(kind__endswith="soft_limit_passed", operation_id=second.id).exists()


def test_the_first_public_address_of_an_enterprise_waits_and_the_second_does_not(world, acme, datacenter):
    rule(world, condition="public_ip")
    first, second = (world.new_machine(f"m{number}") for number in range(2))
    unconcerned = deploy(actor=world.user, machine_id=world.machine.id)
    Network.objects.filter(nics__virtual_machine_id=first.id).update(kind=NetworkKind.PUBLIC)
    AddressLease.objects.all().delete()

    asked = deploy(actor=world.user, machine_id=first.id)
    afterwards = deploy(actor=world.user, machine_id=second.id)

    assert [each.status for each in (unconcerned, asked, afterwards)] == [RUNS, WAITS, RUNS]
    assert "first public address" in request_of(asked).reasons[0]["message"]


def test_the_first_rule_in_order_says_who_decides_and_all_say_why(world, acme, datacenter):
    rule(world, "Anything", position=20)
    first = rule(world, "Dear", position=10, condition="cost", threshold=0, expires_after_hours=1)

    request = request_of(deploy(actor=world.user, machine_id=world.machine.id))

    assert request.rule_id == first.id
    assert [reason["numbers"]["name"] for reason in request.reasons] == ["Dear", "Anything"]
    assert (request.expires_at - request.created_at).total_seconds() == pytest.approx(3600, abs=5)


def test_what_tenants_may_not_know_is_kept_apart(world, acme, datacenter):
    world.acme.machines_soft = world.acme.machines_hard = 9
    world.acme.save()

    request = request_of(deploy(actor=world.user, machine_id=world.machine.id))

    assert "host" not in request.plan
    assert request.private_plan["host"] == "host-1"
    assert [line["level"] for line in request.plan["limits"]] == []
    assert [line["level"] for line in request.private_plan["limits"]] == ["enterprise"]
