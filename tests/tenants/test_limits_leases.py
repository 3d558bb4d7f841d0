"""Passing soft limits on purpose: why, until when, and what happens then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from compute.services import deploy, perform
from core.errors import Invalid, LimitExceeded
from events.models import Event, Severity
from infrastructure.services import end_due_leases
from tenants.limits import Force, asked_force
from tenants.models import LimitLease
from tests.api_user import ApiUser, codes, machine_path


@pytest.fixture
def tight(world, datacenter):
    """One machine is deployed, which is as many as may be before somebody is asked."""
    world.acme.machines_soft = world.acme.machines_hard = 5
    world.acme.machines_soft = 1
    world.acme.save()
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    world.second = world.new_machine("db")
    return world


def pass_until(world, until: datetime | None, reason: str = "launch week"):
    operation = deploy(actor=world.user, machine_id=world.second.id, force=Force(reason, until))
    return operation, LimitLease.objects.get()


def test_who_passed_a_soft_limit_why_and_until_when_is_kept(tight):
    until = timezone.now() + timedelta(days=7)
    operation, lease = pass_until(tight, until)
    assert (lease.actor_name, lease.reason, lease.until) == (str(tight.user), "launch week", until)
    assert (lease.operation_id, lease.resources) == (operation.id, ("machines",))
    event = Event.objects.get(kind="virtual_machine.soft_limit_passed")
    assert event.data["reason"] == "launch week"
    assert (event.data["limits"], event.private_data["limits"][0]["total"]) == ([], 2)


def test_plain_force_leaves_an_event_and_no_lease(tight):
    deploy(actor=tight.user, machine_id=tight.second.id, force=True)
    assert Event.objects.filter(kind="virtual_machine.soft_limit_passed").count() == 1
    assert LimitLease.objects.count() == 0


def test_an_end_with_the_limit_still_passed_is_told_once(tight):
    pass_until(tight, timezone.now() + timedelta(days=1))
    assert end_due_leases() == 0
    LimitLease.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert (end_due_leases(), end_due_leases()) == (1, 0)

    event = Event.objects.get(kind="limit_lease.expired")
    assert (event.severity, event.enterprise_id) == (Severity.WARN, tight.acme.id)
    assert event.data["resources"] == ["machines"]


def test_an_end_that_nobody_needs_is_quiet(tight, datacenter):
    pass_until(tight, timezone.now() + timedelta(days=1))
    datacenter.work()
    perform(actor=tight.user, machine_id=tight.second.id, action_name="undeploy")
    datacenter.work()
    LimitLease.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert end_due_leases() == 1

    assert not Event.objects.filter(kind="limit_lease.expired").exists()


def test_reason_and_date_are_taken_by_rest(tight, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    ulf, path = ApiUser("ulf"), f"{machine_path(tight.second)}/action/deploy"
    assert codes(ulf.post(path)) == ["SOFT_LIMIT_EXCEEDED"]
    assert codes(ulf.post(f"{path}?force=true&forceUntil=2001-01-01")) == ["GEN-2"]
    answer = ulf.post(f"{path}?force=true&forceReason=fair&forceUntil=2999-12-31")
    assert answer.status_code == 202
    lease = LimitLease.objects.get()
    assert (lease.reason, lease.until.date().isoformat()) == ("fair", "2999-12-31")


def test_a_refusal_that_hides_numbers_tells_them_to_administrators(tight):
    tight.acme.machines_hard = 1
    tight.acme.save()
    with pytest.raises(LimitExceeded) as refusal:
        deploy(actor=tight.user, machine_id=tight.second.id)
    assert (refusal.value.reasons[0].numbers, "2" in refusal.value.message) == ({}, False)
    told = Event.objects.get(kind="limit.reached")
    assert (told.data, told.actor_id) == ({}, tight.user.id)
    assert told.private_data["limits"][0]["total"] == 2


@pytest.mark.parametrize("until", ["tomorrow", "2026-02-31", "2001-01-01", "2999-13-01T00:00"])
def test_a_date_that_is_none_or_past_is_refused(until):
    with pytest.raises(Invalid):
        asked_force(True, until=until)


def test_a_day_counts_as_a_whole_and_nothing_counts_without_force():
    assert asked_force(True, until="2999-12-31").until == datetime(2999, 12, 31, 23, 59, 59, 999999, UTC)
    assert asked_force(False, reason="why not", until="2999-12-31") is False
    assert asked_force(True) is True
