"""Users restricted to some virtual datacenters, and appliances restricted to some users: sums, records and
what is new keep to it as well."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.approvers import to_be_told
from approvals.models import ApprovalRequest
from approvals.services import decide
from billing.models import UsageRecord
from compute.models import VirtualAppliance
from compute.services import (
    create_virtual_datacenter,
    delete_virtual_appliance,
    delete_virtual_machine,
    deploy,
    perform,
    update_virtual_appliance,
)
from events.models import Event
from operations.models import Operation
from operations.services import cancel_operation
from tenants.access import explain, may
from tenants.limits import Force
from tenants.models import Enterprise, LimitLease, User
from tests.browsing import browser_of
from tests.tenants.people import acting, colleague, role_with
from tests.tenants.refusing import refusal

SUMS, CREATE = "ENTERPRISE_SHOW_STATS_LIMITS", "VDC_MANAGE"


@pytest.fixture
def deployed(world, datacenter):
    """A machine whose deployment has begun, in an enterprise with a limit."""
    Enterprise.objects.filter(pk=world.acme.pk).update(vcpus_soft=90, vcpus_hard=97)
    return deploy(actor=world.user, machine_id=world.machine.id)


@pytest.fixture
def restricted(world):
    """Somebody who is restricted to no virtual datacenter at all."""
    return colleague(world, "rosa", SUMS, CREATE, "VDC_ENUMERATE", restricted=True)


def test_restricted_users_see_no_sums_over_all_virtual_datacenters(world, deployed, restricted):
    browser, page = browser_of(restricted), reverse("limits:enterprise", args=[restricted.enterprise_id])

    assert (browser.get("/").context["limits"], browser.get(page).status_code) == ([], 403)
    assert browser_of(world.admin).get("/").context["limits"]
    assert not UsageRecord.objects.visible_to(restricted).exists()


def test_restricted_users_make_no_virtual_datacenters(world, restricted):
    new = {"actor": restricted, "enterprise": world.acme, "datacenter": world.datacenter, "name": "Mine"}

    assert refusal(create_virtual_datacenter, **new, hypervisor_type="KVM") == "GEN-4"

    assert may(restricted, CREATE).reason.code == "USER_RESTRICTED"
    assert any(finding.passed is False for finding in explain(restricted, CREATE))
    found = reverse("portal:palette") + "?q=new"
    assert b"New virtual datacenter" not in browser_of(restricted).get(found).content
    assert b"New virtual datacenter" in browser_of(world.admin).get(found).content


def test_restricted_users_change_the_virtual_datacenters_that_are_open_to_them(world):
    chief = colleague(world, "chief", CREATE, restricted=True, virtual_datacenters=[world.vdc.id])

    assert may(chief, CREATE, world.vdc)


@pytest.mark.parametrize("records", [Operation, Event])
def test_records_of_restricted_appliances_are_seen_by_who_sees_these(world, deployed, records):
    about = {"virtual_machine", "virtual_appliance"}
    kind = "resource_type" if records is Operation else "subject_type"
    seen = records.objects.filter(**{f"{kind}__in": about})
    assert seen.visible_to(world.admin).exists()

    VirtualAppliance.objects.update(restricted=True)

    assert not seen.visible_to(acting(world.admin)).exists()
    assert seen.visible_to(acting(world.cloud_admin)).count() == seen.count()


RECORDS = (Event, Operation, ApprovalRequest, UsageRecord, LimitLease)


def of_appliances(records, actor=None) -> int:
    """How many records of this kind concern some appliance, or a machine in one, and are seen."""
    rows = records.objects.exclude(virtual_appliance_id=None)
    return (rows.visible_to(acting(actor)) if actor else rows).count()


@pytest.fixture
def recorded(world, datacenter):
    """An appliance with a record of every kind: a machine was approved, passed a soft limit, and runs."""
    Enterprise.objects.filter(pk=world.acme.pk).update(
        requires_approval=True, memory_mib_soft=1, memory_mib_hard=9_000
    )
    launch = Force("launch week", timezone.now() + timedelta(days=1))
    asked = deploy(actor=world.user, machine_id=world.machine.id, force=launch)
    decide(actor=world.cloud_admin, operation_id=asked.id, approve=True)
    datacenter.work()
    Enterprise.objects.filter(pk=world.acme.pk).update(requires_approval=False)
    assert all(of_appliances(records, world.admin) for records in RECORDS)


def restrict(world, restricted: bool = True) -> None:
    update_virtual_appliance(
        actor=world.cloud_admin, virtual_appliance=world.appliance, restricted=restricted
    )


def remove_all(world, datacenter) -> None:
    perform(actor=world.cloud_admin, machine_id=world.machine.id, action_name="undeploy")
    datacenter.work()
    delete_virtual_machine(actor=world.cloud_admin, machine_id=world.machine.id)
    delete_virtual_appliance(actor=world.cloud_admin, virtual_appliance=world.appliance)
    assert not VirtualAppliance.objects.exists()


@pytest.mark.parametrize("records", RECORDS)
def test_what_is_kept_of_a_restricted_appliance_that_is_gone_stays_hidden(
    world, datacenter, recorded, records
):
    restrict(world)
    remove_all(world, datacenter)

    assert of_appliances(records, world.admin) == of_appliances(records, world.user) == 0
    assert of_appliances(records, world.cloud_admin) == of_appliances(records) > 0


@pytest.mark.parametrize("records", RECORDS)
def test_the_mark_holds_for_the_whole_record_of_an_appliance(world, datacenter, recorded, records):
    restrict(world)
    assert of_appliances(records, world.admin) == 0

    restrict(world, False)
    assert of_appliances(records, world.admin) == of_appliances(records)
    remove_all(world, datacenter)
    assert of_appliances(records, world.admin) == of_appliances(records)


def test_a_machine_that_is_gone_tells_nothing_while_its_appliance_is_restricted(world, datacenter):
    restrict(world)
    delete_virtual_machine(actor=world.cloud_admin, machine_id=world.machine.id)

    told = Event.objects.filter(kind="virtual_machine.deleted")
    assert (told.count(), told.visible_to(acting(world.admin)).count()) == (1, 0)


def test_what_changed_of_the_mark_is_recorded(world):
    restrict(world)
    assert Event.objects.get(kind="virtual_appliance.changed").changes == {"restricted": [False, True]}


def test_no_mail_tells_of_a_restricted_appliance_to_who_does_not_see_it(world, datacenter):
    Enterprise.objects.filter(pk=world.acme.pk).update(requires_approval=True)
    for nick, privileges in (("seer", ("VAPP_RESTRICTED_VIEW",)), ("blind", ()), ("lent", ())):
        colleague(world, nick, "WORKFLOW_OVERRIDE", *privileges, email=f"{nick}@example.invalid")
    seeing = role_with(world, "Seeing", "WORKFLOW_OVERRIDE", "VAPP_RESTRICTED_VIEW")
    lent = User.objects.get(nick="lent")
    lent.virtual_datacenter_roles.create(virtual_datacenter_id=world.vdc.pk, role=seeing)
    world.machine, restrict(world)  # noqa: B018  made by somebody who did not see restricted ones

    operation = deploy(actor=acting(world.cloud_admin), machine_id=world.machine.id)

    told = to_be_told(ApprovalRequest.objects.get(operation_id=operation.id))
    assert {person.nick for person in told} == {"seer", "lent"}


def test_what_waits_in_a_restricted_appliance_is_seen_by_who_sees_it(world, datacenter):
    Enterprise.objects.filter(pk=world.acme.pk).update(requires_approval=True)
    deploy(actor=world.user, machine_id=world.machine.id)
    assert ApprovalRequest.objects.visible_to(acting(world.admin)).exists()

    VirtualAppliance.objects.update(restricted=True)

    assert not ApprovalRequest.objects.visible_to(acting(world.admin)).exists()
    assert ApprovalRequest.objects.visible_to(acting(world.cloud_admin)).exists()


def test_renaming_an_appliance_does_not_undo_its_restriction(world):
    known_before = VirtualAppliance.objects.get(pk=world.appliance.pk)
    update_virtual_appliance(actor=world.cloud_admin, virtual_appliance=world.appliance, restricted=True)

    rename = {"actor": world.user, "virtual_appliance": known_before, "name": "Renamed"}

    assert refusal(update_virtual_appliance, **rename) == "GEN-4"
    assert VirtualAppliance.objects.get().restricted


def test_no_mail_tells_restricted_users_of_what_is_closed_to_them(world, datacenter):
    Enterprise.objects.filter(pk=world.acme.pk).update(requires_approval=True)
    kept_out = {"restricted": True, "email": "kept@example.invalid"}
    colleague(world, "kept", "WORKFLOW_OVERRIDE", **kept_out)
    let_in = kept_out | {"virtual_datacenters": [world.vdc.id]}
    colleague(world, "let-in", "WORKFLOW_OVERRIDE", **let_in)

    operation = deploy(actor=world.user, machine_id=world.machine.id)

    told = to_be_told(ApprovalRequest.objects.get(operation_id=operation.id))
    assert {person.nick for person in told} == {"anna", "let-in"}


def test_who_only_sees_a_restricted_appliance_stops_nothing_in_it(world, deployed):
    seer = colleague(world, "seer", *acting(world.user).privileges, "VAPP_RESTRICTED_VIEW")
    manager = colleague(world, "manager", *seer.privileges, "VAPP_RESTRICTED_MANAGE")
    VirtualAppliance.objects.update(restricted=True)

    assert refusal(cancel_operation, actor=seer, operation_id=deployed.id) == "APPLIANCE_RESTRICTED"
    assert refusal(cancel_operation, actor=manager, operation_id=deployed.id) == ""
