"""Which keys mean the same request."""

from compute.services import deploy, perform
from operations.models import Operation


def start(world, key: str, actor=None):
    return perform(
        actor=actor or world.user, machine_id=world.machine.id, action_name="undeploy", idempotency_key=key
    )


def test_a_long_key_is_another_one_when_only_its_end_differs(world, datacenter):
    for ending in ("a", "b", "B"):
        deploy(actor=world.user, machine_id=world.machine.id)
        datacenter.work()
        start(world, "k" * 300 + ending)
        datacenter.work()

    assert Operation.objects.filter(kind="virtual_machine.undeploy").count() == 3


def test_the_same_key_of_two_people_starts_two_operations(world, datacenter):
    for actor in (world.user, world.admin):
        deploy(actor=actor, machine_id=world.machine.id)
        datacenter.work()
        start(world, "the same key", actor)
        datacenter.work()

    assert Operation.objects.filter(kind="virtual_machine.undeploy").count() == 2


def test_the_same_key_again_is_the_same_operation(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()

    assert start(world, "the same key").id == start(world, "the same key").id
