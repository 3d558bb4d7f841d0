"""Making virtual appliances of blueprints: all of it or nothing, whatever happens half-way."""

from compute.models import VirtualAppliance, VirtualMachine
from networking.models import Network, Nic
from tests.compute.blueprints import materialise, shop, to_the_end


def test_an_appliance_is_made_with_its_networks_and_machines(world):
    operation = materialise(world, shop(world))
    assert operation.active

    assert to_the_end(operation).status == "succeeded"

    appliance = VirtualAppliance.objects.get(pk=operation.result["virtual_appliance"])
    machines = VirtualMachine.objects.filter(virtual_appliance=appliance).order_by("id")
    assert [(each.name, each.vcpus, each.memory_mib, each.state) for each in machines] == [
        ("web-1", 1, 256, "NOT_ALLOCATED"),
        ("web-2", 1, 256, "NOT_ALLOCATED"),
        ("db", 1, 128, "NOT_ALLOCATED"),
    ]
    front = Network.objects.get(name="front")
    nics = Nic.objects.filter(network=front).order_by("id").values_list("fixed_offset", flat=True)
    assert list(nics) == [10, 11, None]
    assert (appliance.name, appliance.origin.blueprint.name) == ("Shop plan", "Shop plan")


def test_with_start_its_machines_run_at_their_addresses(world, datacenter):
    operation = to_the_end(materialise(world, shop(world), starts=True))
    datacenter.work()

    machines = VirtualMachine.objects.filter(virtual_appliance_id=operation.resource_id).order_by("id")
    assert [machine.state for machine in machines] == ["ON"] * 3
    assert sorted(datacenter.reservations.values())[:3] == ["192.168.10.10", "192.168.10.11", "192.168.10.2"]
