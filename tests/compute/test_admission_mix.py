"""Any mix of requests at once passes no hard limit, and leaves usage what its rows say.

MariaDB runs sixteen at once; SQLite, which has one writer at a time, runs the same mix one by one.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from compute.models import VirtualDatacenter
from compute.services import (
    create_virtual_appliance,
    deploy,
    extent_of,
    perform,
    update_virtual_datacenter,
    update_virtual_machine,
)
from compute.services.verification import verify_usage
from core.errors import DomainError
from infrastructure.models import Claim, LocationLimit
from infrastructure.services import change_location_limit
from networking.services import add_private_network
from tenants.limits import resources_of
from tenants.models import Enterprise
from tenants.services import update_enterprise
from tenants.usage import Extent, held

THREADS = 16
ROUNDS = 3
MACHINES = 16
LIMITED = ("vcpus", "machines", "networks", "memory_mib")
FREELY_LOWERED = "disk_mib"


@pytest.fixture
def place(world):
    """Two virtual datacenters with machines, within limits that bind at each of the levels."""
    limits = {
        f"{resource}_{strength}": value
        for resource, value in {"vcpus": 12, "machines": 9, "networks": 4}.items()
        for strength in ("soft", "hard")
    }
    update_enterprise(actor=world.cloud_admin, enterprise=world.acme, **limits)
    world.machines = []
    for name in ("One", "Two"):
        vdc = world.virtual_datacenter(world.admin, name, machines_soft=2, machines_hard=6)
        appliance = create_virtual_appliance(actor=world.admin, virtual_datacenter=vdc, name=name)
        world.machines += [
            world.new_machine(f"{name}-{number}", appliance=appliance, vcpus=1 + number % 3)
            for number in range(MACHINES // 2)
        ]
    return world


def one_of(world, dice: random.Random):
    """Something an actor may do, chosen by the dice."""
    machine = dice.choice(world.machines)
    vdc = machine.virtual_datacenter
    resource, hard = dice.choice(LIMITED), dice.randrange(1, 16)
    limits = {f"{resource}_soft": max(1, hard - 2), f"{resource}_hard": hard}
    mine = LocationLimit.objects.get(enterprise=world.acme)
    number = dice.randrange(2, 250)
    size = {"vcpus": dice.randrange(1, 5)}
    choices = {
        "deploy": lambda: deploy(actor=world.user, machine_id=machine.id, force=dice.random() < 0.7),
        "undeploy": lambda: perform(actor=world.user, machine_id=machine.id, action_name="undeploy"),
        "off": lambda: perform(actor=world.user, machine_id=machine.id, action_name="power_off"),
        "size": lambda: update_virtual_machine(actor=world.user, machine_id=machine.id, force=True, **size),
        "network": lambda: add_private_network(
            actor=world.admin, virtual_datacenter=vdc, name=f"n{number}", address=f"10.{number}.0.0",
            prefix_length=24, force=True,
        ),
        "vdc limit": lambda: update_virtual_datacenter(actor=world.admin, virtual_datacenter=vdc, **limits),
        "location limit": lambda: change_location_limit(
            actor=world.cloud_admin, location_limit=mine, **limits
        ),
        "enterprise limit": lambda: update_enterprise(
            actor=world.cloud_admin, enterprise=Enterprise.objects.get(pk=world.acme.pk), **limits
        ),
    }  # fmt: skip
    weights = (8, 3, 3, 4, 1, 1, 1, 1)
    return dice.choices(list(choices.items()), weights)[0]


def attempt(world, seed: str) -> str:
    try:
        name, act = one_of(world, random.Random(seed))
        act()
    except DomainError as error:
        return error.code
    finally:
        connections.close_all()
    return name


def passed(world) -> list[str]:
    """Hard limits that are lower than what is held."""
    levels = [(Enterprise.objects.get(pk=world.acme.pk), Extent(world.acme.pk))]
    levels += [
        (each, Extent(each.enterprise_id, each.datacenter_id))
        for each in LocationLimit.objects.filter(enterprise=world.acme)
    ]
    levels += [(each, extent_of(each)) for each in VirtualDatacenter.objects.filter(enterprise=world.acme)]
    return [
        f"{limits} {resource}"
        for limits, extent in levels
        for resource in resources_of(limits)
        if resource != FREELY_LOWERED
        and 0 < getattr(limits, f"{resource}_hard") < getattr(held(extent), resource)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_mix_of_requests_passes_a_hard_limit_or_leaves_usage_unlike_its_rows(place, datacenter, seed):
    done: Counter = Counter()
    for turn in range(ROUNDS):
        seeds = [f"{seed}-{turn}-{number}" for number in range(3 * THREADS)]
        with ThreadPoolExecutor(1 if connection.vendor == "sqlite" else THREADS) as pool:
            done.update(pool.map(lambda each: attempt(place, each), seeds))

        assert passed(place) == []
        assert verify_usage().differences == ()
        datacenter.work()
        assert passed(place) == []
        assert verify_usage().differences == ()

    assert done["deploy"] >= 4
    assert done.keys() & {"LIMITS_EXCEEDED", "SOFT_LIMIT_EXCEEDED"}


def test_verifying_finds_a_claim_nobody_holds_and_a_machine_without_one(place, datacenter):
    machine, other = place.machines[:2]
    deploy(actor=place.user, machine_id=machine.id)
    claim = Claim.objects.get()
    assert verify_usage([place.acme.id]).differences == ()

    Claim.objects.filter(pk=claim.pk).update(virtual_machine_id=other.id, vcpus=7)

    found = {(each.level, each.resource, each.counted, each.expected) for each in verify_usage().differences}
    assert found == {(level, "vcpus", 7, 1) for level in ("enterprise", "location", "virtual_datacenter")}


def test_the_command_prints_what_differs_and_fails(place, datacenter, capsys):
    from django.core.management import call_command

    deploy(actor=place.user, machine_id=place.machines[0].id)
    call_command("verify_usage")
    assert " 0 differ" in capsys.readouterr().out
    Claim.objects.update(memory_mib=1)
    with pytest.raises(SystemExit) as end:
        call_command("verify_usage", enterprise=[place.acme.id])
    assert end.value.code == 1
    assert "memory_mib" in capsys.readouterr().out
