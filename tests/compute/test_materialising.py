"""Making virtual appliances of blueprints: all of it or nothing, whatever happens half-way."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from kombu import Connection

from billing.models import PriceList
from catalogue.models import GuestSetup, Template
from catalogue.services import delete_blueprint
from compute.models import Disk, VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.services import (
    delete_virtual_appliance,
    deploy,
    describe,
    materialise_blueprint,
    perform,
    user_data_of,
    validate_blueprint,
)
from core.errors import Conflict, LimitExceeded, OperationInProgress, PermissionRefused
from events.models import Event
from infrastructure.models import Claim, Host
from networking.models import AddressLease, Network, Nic
from operations import engine
from operations.broker import SERVER_QUEUE
from operations.engine import ending
from operations.failures import failure_of
from operations.models import Operation
from operations.services import cancel_operation
from operations.tasks import advance
from tenants.models import Privilege, User
from tests.at_once import all_at_once
from tests.compute.blueprints import materialise, planner, shop, shop_content, to_the_end


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


def test_a_machine_with_cards_in_two_networks_has_its_address_in_both(world, datacenter):
    networks = [{"name": "a", "cidr": "10.1.0.0/24"}, {"name": "b", "cidr": "10.2.0.0/24"}]
    cards = [{"network": "a"}, {"network": "b", "host": 9}, {"network": "a"}]
    machine = {"label": "m", "template": "Tiny", "cards": cards}
    version = shop(world, content=shop_content(networks=networks, machines=[machine]))
    operation = to_the_end(materialise(world, version, starts=True))
    datacenter.work()
    assert sorted(datacenter.reservations.values()) == ["10.1.0.2", "10.1.0.3", "10.2.0.9"]

    made = VirtualMachine.objects.get(virtual_appliance_id=operation.resource_id)
    perform(actor=planner(world), machine_id=made.pk, action_name="undeploy")
    datacenter.work()

    assert datacenter.empty
    deploy(actor=planner(world), machine_id=made.pk)
    datacenter.work()
    assert "10.2.0.9" in datacenter.reservations.values()


def test_guests_are_told_what_the_blueprint_says(world):
    assert world.template.pk
    Template.objects.update(guest_setup=GuestSetup.CLOUD_INIT, variables={"ROLE": "any"})
    guest = {
        "fqdn": "web.example.org",
        "variables": {"ROLE": "web"},
        "user_data": "#!/bin/sh\necho hello\n",
        "static_addresses": True,
    }
    machine = {"label": "web", "count": 2, "template": "Tiny", "guest": guest}
    operation = materialise(world, shop(world, content=shop_content(machines=[machine])))

    assert to_the_end(operation).status == "succeeded"

    made = VirtualMachine.objects.filter(virtual_appliance_id=operation.resource_id).order_by("id")
    assert [each.fqdn for each in made] == ["web-1.example.org", "web-2.example.org"]
    assert {each.variables["ROLE"] for each in made} == {"web"}
    assert {user_data_of(each) for each in made} == {guest["user_data"]}
    assert all(each.guest.static_addresses for each in made)
    again = describe(actor=planner(world), virtual_appliance=made[0].virtual_appliance)
    told = [part.guest for part in again.content.machines]
    assert [(each.fqdn, each.variables, each.user_data, each.static_addresses) for each in told] == [
        ("web-1.example.org", {"ROLE": "web"}, "", True),
        ("web-2.example.org", {"ROLE": "web"}, "", True),
    ]
    assert {reason.code for reason in again.left_out} == {"BLUEPRINT-USER-DATA"}


def test_every_step_that_fails_leaves_nothing(world):
    version, before = shop(world), what_there_is(world)
    for broken in ("networks", "machines", "deployments"):
        operation = materialise(world, version, starts=True)
        BREAKS[broken](world, operation)
        assert to_the_end(operation).status == "failed", broken
        assert not operation.needs_attention
        mend(world)
        assert what_there_is(world) == before, broken


@pytest.mark.parametrize("done", [0, 1, 2])
def test_cancelled_between_any_two_steps_nothing_is_left(world, done):
    version, before = shop(world), what_there_is(world)
    operation = materialise(world, version, starts=True)
    for _step in range(done):
        engine.advance(operation.id)

    cancel_operation(actor=planner(world), operation_id=operation.id)

    assert to_the_end(operation).status == "cancelled"
    assert what_there_is(world) == before


def test_a_worker_that_dies_in_a_step_leaves_it_to_be_done_again(world, monkeypatch):
    operation = materialise(world, shop(world))
    for _step in ("make_networks", "make_machines", "start_machines"):
        with monkeypatch.context() as dying, pytest.raises(Killed):
            dying.setattr(ending, "end_step", killed)
            engine.advance(operation.id)
        engine.advance(operation.id)

    operation.refresh_from_db()
    assert operation.status == "succeeded"
    assert VirtualMachine.objects.filter(virtual_appliance_id=operation.resource_id).count() == 3


def test_the_worker_is_asked_for_each_step(world):
    worker_messages()
    operation = materialise(world, shop(world))
    rounds = 0
    while asked := worker_messages():
        rounds += 1
        for body in asked:
            advance.run(body)

    operation.refresh_from_db()
    assert (operation.status, rounds) == ("succeeded", 3)


def test_the_reconciler_goes_on_where_the_worker_heard_nothing(world):
    operation = materialise(world, shop(world))
    Operation.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    for _round in range(3):
        engine.reconcile()

    operation.refresh_from_db()
    assert operation.status == "succeeded"


def test_a_task_that_failed_says_why_and_what_to_do(world):
    operation = materialise(world, shop(world))
    without_template(world, operation)
    failure = failure_of(to_the_end(operation).error)
    assert failure["code"] == "VM-19" and "The template Tiny can't be used now" in failure["why"]

    mend(world)
    operation = materialise(world, shop(world, name="Other"), starts=True)
    without_room(world, operation)
    failure = failure_of(to_the_end(operation).error)
    assert "No host in North has room" in failure["why"] and "smaller size" in failure["remedy"]


def test_one_is_made_at_a_time_in_a_virtual_datacenter(world):
    version, actor, vdc = shop(world), planner(world), world.vdc

    def act() -> None:
        materialise_blueprint(actor=actor, version=version, virtual_datacenter=vdc)

    outcomes = all_at_once([act] * 4)
    assert outcomes == {"done": 1, "BLUEPRINT-BUSY": 3}
    to_the_end(Operation.objects.get(kind="virtual_appliance.materialise"))
    act()


def test_the_same_request_sent_again_makes_nothing_more(world):
    version = shop(world)
    first = materialise(world, version, idempotency_key="once")
    assert materialise(world, version, idempotency_key="once").pk == first.pk
    to_the_end(first)
    assert materialise(world, version, idempotency_key="once").pk == first.pk


def test_a_limit_that_is_reached_half_way_undoes_all_of_it(world, datacenter):
    version = shop(world)
    operation = materialise(world, version, starts=True)
    engine.advance(operation.id)
    engine.advance(operation.id)
    set_limits_of(world.vdc, machines_soft=2, machines_hard=2)

    assert to_the_end(operation).status == "failed"

    assert operation.error["code"] == "LIMITS_EXCEEDED"
    datacenter.work()
    assert datacenter.empty
    assert not VirtualAppliance.objects.filter(pk=operation.resource_id).exists()


def test_a_limit_that_is_too_low_refuses_before_anything_is_made(world):
    version = shop(world)
    set_limits_of(world.vdc, machines_soft=2, machines_hard=2)
    with pytest.raises(LimitExceeded):
        materialise(world, version, starts=True)
    assert not VirtualAppliance.objects.exists()
    assert materialise(world, version).active


def test_what_somebody_put_into_it_meanwhile_stays_and_is_told(world):
    operation = materialise(world, shop(world), starts=True)
    engine.advance(operation.id)
    engine.advance(operation.id)
    appliance = VirtualAppliance.objects.get(pk=operation.resource_id)
    guest = world.new_machine("guest", appliance=appliance, network=Network.objects.get(name="front"))
    cancel_operation(actor=planner(world), operation_id=operation.id)

    to_the_end(operation)

    assert list(VirtualMachine.objects.filter(virtual_appliance=appliance)) == [guest]
    told = Event.objects.filter(kind="virtual_appliance.part_kept").values_list("data", flat=True)
    assert [data["name"] for data in told] == ["front"]


def test_an_appliance_that_is_being_made_is_not_deleted(world):
    operation = materialise(world, shop(world))
    appliance = VirtualAppliance.objects.get(pk=operation.resource_id)
    with pytest.raises(OperationInProgress, match="working on"):
        delete_virtual_appliance(actor=planner(world), virtual_appliance=appliance)


def test_deleting_the_blueprint_meanwhile_changes_nothing(world):
    version = shop(world)
    operation = materialise(world, version)
    delete_blueprint(actor=planner(world), blueprint=version.blueprint)

    assert to_the_end(operation).status == "succeeded"
    assert VirtualAppliance.objects.get(pk=operation.resource_id).origin is None


def test_a_plan_that_has_changed_since_it_was_shown_refuses(world):
    version, actor = shop(world), planner(world)
    shown = validate_blueprint(actor=actor, version=version, virtual_datacenter=world.vdc)
    PriceList.objects.update(vcpu_hour="2")
    with pytest.raises(Conflict) as refused:
        materialise(world, version, starts=True, fingerprint=shown.fingerprint)
    assert refused.value.code == "PLAN-CHANGED"


@pytest.mark.parametrize("missing", ["CONSUME_VAPP_SPEC", "VDC_MANAGE_VAPP", "VAPP_DEPLOY_UNDEPLOY"])
def test_each_right_that_is_missing_refuses(world, missing):
    version, actor = shop(world), planner(world)
    actor.role.privileges.remove(Privilege.objects.get(name=missing))
    with pytest.raises(PermissionRefused, match=missing):
        materialise(world, version, actor=User.objects.actor(actor.pk), starts=True)


def test_who_lost_the_right_meanwhile_gets_nothing(world):
    version, actor = shop(world), planner(world)
    operation = materialise(world, version, actor=actor)
    actor.role.privileges.remove(Privilege.objects.get(name="VDC_MANAGE_VAPP"))

    assert to_the_end(operation).status == "failed"
    assert not VirtualMachine.objects.exists()


def test_a_blueprint_that_is_as_large_as_may_be_is_made_in_few_moments(world):
    machines = [{"label": "m", "count": 50, "template": {"name": "Tiny"}}]
    operation = materialise(world, shop(world, content=shop_content(machines=machines)))

    assert to_the_end(operation).result["machines"] == 50


class Killed(BaseException):
    """As if the process had ended here."""


def killed(*_arguments: Any) -> None:
    raise Killed


def worker_messages() -> list[Any]:
    """What waits in the worker's queue, taken out of it."""
    with Connection(settings.ATRIUM_BROKER_URL) as connection:
        queue = connection.SimpleQueue(SERVER_QUEUE)
        taken = [queue.get(block=False) for _each in range(queue.qsize())]
        for message in taken:
            message.ack()
        queue.close()
    return [message.payload[0][0] for message in taken]


def what_there_is(world: Any) -> list[Any]:
    """Everything that making one could leave behind."""
    models = (VirtualAppliance, VirtualMachine, Disk, Network, Nic, AddressLease, Claim)
    return [sorted(model.objects.values_list("pk", flat=True)) for model in models]


def set_limits_of(vdc: Any, **limits: int) -> None:
    VirtualDatacenter.objects.filter(pk=vdc.pk).update(**limits)


def without_network_right(world: Any, _operation: Operation) -> None:
    world.admin.role.privileges.remove(Privilege.objects.get(name="VDC_MANAGE_NETWORK"))


def without_template(world: Any, _operation: Operation) -> None:
    Template.objects.update(state="UNAVAILABLE")


def without_room(world: Any, _operation: Operation) -> None:
    Host.objects.update(memory_mib=300)


BREAKS = {"networks": without_network_right, "machines": without_template, "deployments": without_room}


def mend(world: Any) -> None:
    world.admin.role.privileges.add(Privilege.objects.get(name="VDC_MANAGE_NETWORK"))
    Template.objects.update(state="DONE")
    Host.objects.update(memory_mib=world.host_memory_mib)
