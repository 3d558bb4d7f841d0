"""Deploying and undeploying, from admission to the end, against a datacenter in this process."""

from compute.services import deploy, perform
from compute.states import MachineState
from infrastructure.models import Claim
from networking.models import AddressLease
from operations.models import OperationStatus


def test_a_deployed_machine_is_on_and_holds_what_was_planned(world, datacenter):
    machine = world.machine

    operation = deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()

    machine.refresh_from_db()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.SUCCEEDED
    assert machine.state == MachineState.ON
    assert machine.host == world.host
    assert Claim.objects.get(virtual_machine_id=machine.id).memory_mib == 128
    assert set(datacenter.machines) == {machine.uuid}
    assert list(datacenter.reservations.values()) == [AddressLease.objects.get().ip]


def test_an_undeployed_machine_leaves_nothing_behind(world, datacenter):
    machine = world.machine
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()

    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()

    machine.refresh_from_db()
    assert machine.state == MachineState.NOT_ALLOCATED
    assert machine.host is None
    assert datacenter.empty
    assert not Claim.objects.exists()
    assert not AddressLease.objects.exists()
