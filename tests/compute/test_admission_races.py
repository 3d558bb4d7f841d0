"""Many requests at once: nothing is given twice. On MariaDB, which really runs them at once."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from compute.services import deploy
from infrastructure.models import Claim
from networking.models import AddressLease
from operations.models import Operation
from tests.at_once import all_at_once


@pytest.fixture(autouse=True)
def only_where_transactions_overlap(world):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite runs one writer at a time; this is for the run on MariaDB")


def deployments(world, machines, **options) -> Counter:
    """How often each outcome came."""
    return all_at_once(
        [partial(deploy, actor=world.user, machine_id=each.id, **options) for each in machines]
    )


def test_forty_deployments_against_a_limit_of_ten_accept_exactly_ten(world, datacenter):
    machines = [world.new_machine(f"m{number}") for number in range(40)]
    world.vdc.machines_soft = world.vdc.machines_hard = 10
    world.vdc.save()

    outcomes = deployments(world, machines)

    assert outcomes == {"done": 10, "LIMITS_EXCEEDED": 30}
    assert Claim.objects.count() == Operation.objects.count() == AddressLease.objects.count() == 10


def test_a_host_is_never_given_more_than_it_has(world, datacenter):
    machines = [world.new_machine(f"m{number}", vcpus=4, memory_mib=128) for number in range(12)]

    outcomes = deployments(world, machines)

    assert outcomes == {"done": 4, "DC-10": 8}
    assert len(set(AddressLease.objects.values_list("ip", flat=True))) == 4


def test_one_machine_is_deployed_once(world, datacenter):
    machine = world.machine

    outcomes = deployments(world, [machine] * 10)

    assert outcomes == {"done": 1, "VM-2": 9}


def test_one_idempotency_key_at_the_same_moment_serves_one_machine(world, datacenter):
    machines = [world.new_machine(f"m{number}") for number in range(8)]

    outcomes = deployments(world, machines, idempotency_key="order-7")

    assert outcomes == {"done": 1, "IDEMPOTENCY-1": 7}
