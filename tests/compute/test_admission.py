"""Every verb that raises usage is admitted or refused alike, at each of the three levels."""

from functools import partial

import pytest

from catalogue.services import register_template
from compute.services import deploy, perform, update_virtual_datacenter, update_virtual_machine
from compute.services.verification import verify_usage
from contracts.base import Failed
from core.errors import Conflict, Invalid, LimitExceeded
from events.models import Event
from infrastructure.models import Claim
from infrastructure.services import change_location_limit
from networking.models import Network
from networking.services import add_private_network
from tenants.services import update_enterprise
from tests.world import MIB

LEVELS = ("enterprise", "location", "virtual_datacenter")


def limit(world, level: str, **limits: int) -> None:
    """Set limits at a level, the soft ones as high as the hard ones."""
    values = {f"{name}_{strength}": value for name, value in limits.items() for strength in ("soft", "hard")}
    change = {
        "enterprise": partial(update_enterprise, enterprise=world.acme),
        "location": lambda **given: change_location_limit(
            location_limit=world.acme.location_limits.get(), **given
        ),
        "virtual_datacenter": partial(update_virtual_datacenter, virtual_datacenter=world.vdc),
    }[level]
    change(actor=world.cloud_admin, **values)


def add_network(world, **options):
    return add_private_network(
        actor=world.admin, virtual_datacenter=world.vdc, name="second", address="10.7.0.0", prefix_length=24,
        **options,
    )  # fmt: skip


def register(world, size_mib: int, path: str = "theirs.qcow2"):
    size = {"file_size_bytes": size_mib * MIB, "virtual_size_bytes": size_mib * MIB}
    return register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="Theirs",
        disk={"path": path, "format": "qcow2"} | size,
    )  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("resource", ["vcpus", "memory_mib", "disk_mib", "machines"])
def test_a_deployment_that_would_pass_a_hard_limit_of_any_level_is_refused(
    world, datacenter, level, resource
):
    deploy(actor=world.user, machine_id=world.machine.id)
    held = {"vcpus": 1, "memory_mib": 128, "disk_mib": 40, "machines": 1}[resource]
    limit(world, level, **{resource: held})

    with pytest.raises(LimitExceeded) as refusal:
        deploy(actor=world.user, machine_id=world.new_machine("db").id, force=True)

    assert refusal.value.code == "LIMITS_EXCEEDED"
    assert bool(refusal.value.reasons[0].numbers) == (level == "virtual_datacenter")
    assert Event.objects.filter(kind="limit.reached").exists() == (level != "virtual_datacenter")
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("level", LEVELS)
def test_a_network_too_many_is_refused_at_any_level(world, level):
    limit(world, level, networks=1)

    with pytest.raises(LimitExceeded):
        add_network(world)

    assert Network.objects.count() == 1


def test_a_soft_limit_of_networks_is_passed_knowingly(world):
    update_virtual_datacenter(actor=world.admin, virtual_datacenter=world.vdc, networks_soft=1)
    with pytest.raises(LimitExceeded) as refusal:
        add_network(world)
    assert refusal.value.soft
    assert add_network(world, force=True).pk
    assert Event.objects.get(kind="virtual_datacenter.soft_limit_passed").data["limits"][0]["total"] == 2


def test_no_virtual_datacenter_is_made_whose_network_is_one_too_many(world):
    limit(world, "enterprise", networks=1)
    with pytest.raises(LimitExceeded):
        world.virtual_datacenter(world.admin, "Second")
    assert world.acme.virtual_datacenters.count() == 1


def test_no_virtual_datacenter_promises_more_networks_than_its_racks_have_vlans(world):
    assert world.rack.vlan_per_vdc_reserved == 2 and world.vdc.pk
    with pytest.raises(Invalid) as refusal:
        limit(world, "virtual_datacenter", networks=3)
    assert refusal.value.code == "LIMIT-6"


@pytest.mark.parametrize("level", ["enterprise", "location"])
def test_templates_take_no_more_room_than_the_repository_limit_leaves(world, level):
    register(world, 10)
    limit(world, level, repository_mib=15)
    with pytest.raises(LimitExceeded):
        register(world, 6, path="second.qcow2")
    with pytest.raises(LimitExceeded):
        register(world, 16)
    register(world, 15)
    assert verify_usage([world.acme.id]).differences == ()


def test_a_smaller_size_is_free_for_others_only_once_it_is_there(world, datacenter):
    """A failure gives the machine its old size back, which must still be within the limits then."""
    large = world.new_machine("large", vcpus=4)
    deploy(actor=world.user, machine_id=large.id)
    datacenter.work()
    perform(actor=world.user, machine_id=large.id, action_name="power_off")
    datacenter.work()
    limit(world, "virtual_datacenter", vcpus=4)
    datacenter.answers["define_machine"] = Failed(code="broken", detail="no", retryable=False)
    update_virtual_machine(actor=world.user, machine_id=large.id, vcpus=1)

    with pytest.raises(LimitExceeded):
        deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()

    assert Claim.objects.get().vcpus == 4
    assert verify_usage([world.acme.id]).differences == ()
    del datacenter.answers["define_machine"]
    update_virtual_machine(actor=world.user, machine_id=large.id, vcpus=1)
    datacenter.work()
    assert Claim.objects.get().vcpus == 1
    deploy(actor=world.user, machine_id=world.machine.id)


def test_a_plan_shows_each_limit_it_touches_before_and_after(world, datacenter):
    from compute.services import plan_deployment

    limit(world, "enterprise", vcpus=5)
    limit(world, "location", machines=5)
    limit(world, "virtual_datacenter", memory_mib=1000, networks=2)
    plan = plan_deployment(world.machine)
    levels = {(line["level"], line["resource"]): line for line in plan.as_dict(world.cloud_admin)["limits"]}
    assert levels.keys() == {
        ("enterprise", "vcpus"),
        ("location", "machines"),
        ("virtual_datacenter", "memory_mib"),
    }
    assert [line["level"] for line in plan.as_dict(world.user)["limits"]] == ["virtual_datacenter"]


def test_a_limit_of_what_is_in_use_can_be_kept_but_not_lowered(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    deploy(actor=world.user, machine_id=world.new_machine("db").id)
    limit(world, "virtual_datacenter", machines=2)
    with pytest.raises(Conflict) as refusal:
        limit(world, "virtual_datacenter", machines=1)
    assert refusal.value.code == "VDC-5"
    limit(world, "virtual_datacenter", disk_mib=1)
