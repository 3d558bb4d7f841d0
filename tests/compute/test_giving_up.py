"""The way out for a machine whose host never comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from compute.models import VirtualMachine
from compute.services import delete_virtual_machine, deploy, observe
from contracts.base import Failed
from contracts.monitoring import HostObserved
from core.errors import Conflict, PermissionRefused
from events.models import Event
from infrastructure.models import Claim
from networking.models import AddressLease
from tests.api_user import ApiUser, machine_path

SILENT = Failed(code="unreachable", detail="no route to host")


@pytest.fixture
def lost(world, datacenter):
    """A deployed machine whose host stopped answering."""
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    datacenter.answers["undefine_machine"] = SILENT
    later = datetime.now(UTC) + timedelta(seconds=1)
    observe(HostObserved(host_id=world.host.uuid, reachable=False, observed_at=later))
    world.machine.refresh_from_db()
    return world.machine


def test_an_administrator_gives_up_a_machine_together_with_its_host(world, datacenter, lost):
    assert world.cloud_admin.pk
    host_id = lost.host_id
    answer = ApiUser("root").delete(f"{machine_path(lost)}?force=true")
    datacenter.work()

    assert answer.status_code == 202
    assert not VirtualMachine.objects.filter(pk=lost.pk).exists()
    assert not (Claim.objects.exists() or AddressLease.objects.exists() or datacenter.disks)
    told = Event.objects.get(kind="host.machine_given_up", subject_id=host_id)
    assert told.data["machine_uuid"] == str(lost.uuid)
    assert told.enterprise_id is None


def test_without_force_it_stays_until_its_host_was_asked(world, datacenter, lost):
    delete_virtual_machine(actor=world.cloud_admin, machine_id=lost.id)
    datacenter.work()

    assert VirtualMachine.objects.get(pk=lost.pk).state == "UNKNOWN"
    assert Claim.objects.filter(virtual_machine_id=lost.id).exists()


def test_tenants_give_nothing_up(world, lost):
    with pytest.raises(PermissionRefused):
        delete_virtual_machine(actor=world.admin, machine_id=lost.id, force=True)


def test_nothing_is_given_up_on_a_host_that_answers(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()

    with pytest.raises(Conflict):
        delete_virtual_machine(actor=world.cloud_admin, machine_id=world.machine.id, force=True)
