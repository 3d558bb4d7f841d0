"""Filling a virtual datacenter or an appliance while somebody removes it: either it stays with what came in
first, or it goes and nothing of it is left. MariaDB really runs them at once."""

from functools import partial

import pytest

from compute.models import VirtualAppliance, VirtualDatacenter
from compute.services import (
    create_virtual_appliance,
    create_virtual_datacenter,
    create_virtual_machine,
    delete_virtual_appliance,
    delete_virtual_datacenter,
)
from networking.models import Network
from networking.services import add_private_network
from tests.at_once import all_at_once

ROUNDS, FILLING = 5, 6


def emptied(world, number):
    """A new virtual datacenter with nothing in it."""
    return create_virtual_datacenter(
        actor=world.admin, enterprise=world.acme, datacenter=world.datacenter, name=f"new {number}",
        hypervisor_type="KVM",
    )  # fmt: skip


@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_network_outlives_its_virtual_datacenter(world, number):
    vdc = emptied(world, number)
    network = partial(add_private_network, actor=world.admin, virtual_datacenter=vdc, prefix_length=24)
    adding = [partial(network, name=f"n{each}", address=f"10.{each}.0.0") for each in range(FILLING)]
    adding.insert(FILLING // 2, partial(delete_virtual_datacenter, actor=world.admin, virtual_datacenter=vdc))

    outcomes = all_at_once(adding)

    assert outcomes.keys() <= {"done", "VDC-0"}
    assert not VirtualDatacenter.objects.filter(pk=vdc.pk).exists()
    assert not Network.objects.filter(virtual_datacenter_id=vdc.pk).exists()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_virtual_datacenter_stays_with_its_appliances_or_goes_before_them(world, number):
    vdc = emptied(world, number)
    adding = [
        partial(create_virtual_appliance, actor=world.admin, virtual_datacenter=vdc, name=f"app {each}")
        for each in range(FILLING)
    ]
    adding.insert(FILLING // 2, partial(delete_virtual_datacenter, actor=world.admin, virtual_datacenter=vdc))

    outcomes = all_at_once(adding)

    stays = VirtualDatacenter.objects.filter(pk=vdc.pk).exists()
    assert outcomes == ({"done": FILLING, "VDC-2": 1} if stays else {"done": 1, "VDC-0": FILLING})


@pytest.mark.parametrize("number", range(ROUNDS))
def test_an_appliance_stays_with_its_machines_or_goes_before_them(world, number):
    appliance = create_virtual_appliance(
        actor=world.admin, virtual_datacenter=world.vdc, name=f"app {number}"
    )
    adding = [
        partial(
            create_virtual_machine, actor=world.admin, virtual_appliance=appliance, template=world.template,
            name=f"m{each}",
        )
        for each in range(FILLING)
    ]  # fmt: skip
    adding.insert(
        FILLING // 2, partial(delete_virtual_appliance, actor=world.admin, virtual_appliance=appliance)
    )

    outcomes = all_at_once(adding)

    stays = VirtualAppliance.objects.filter(pk=appliance.pk).exists()
    assert outcomes == ({"done": FILLING, "VAPP-5": 1} if stays else {"done": 1, "VAPP-0": FILLING})
