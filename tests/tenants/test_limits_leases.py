"""Passing soft limits on purpose: why, until when, and what happens then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from approvals.services import decide
from compute.models import VirtualDatacenter
from compute.services import deploy, perform
from core.errors import Invalid, LimitExceeded
from events.models import Event, Severity
from infrastructure.services import end_due_leases
from notifications.models import MailMessage
from notifications.rendering import Body
from tenants.limits import Force, asked_force
from tenants.models import Enterprise, LimitLease, User
from tests.api_user import ApiUser, codes, machine_path
from tests.tenants.people import colleague


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


def letters() -> dict[str, str]:
    """What the outbox holds about leases that ended: texts by recipient."""
    mails = MailMessage.objects.filter(template="limit_lease_expired").order_by("id")
    return {mail.recipient: Body.opened(mail.sealed_body).text for mail in mails}


def let_the_time_run_out() -> None:
    LimitLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert (end_due_leases(), end_due_leases()) == (1, 0)


def test_who_asked_and_the_administrators_are_written_to_once_at_the_end(tight):
    colleague(tight, "mute", "USERS_MANAGE_USERS")
    kept = colleague(tight, "kept", "USERS_MANAGE_USERS", email="kept@example.invalid", restricted=True)
    assert all((tight.admin, tight.rival_admin, tight.viewer, kept))
    pass_until(tight, timezone.now() + timedelta(days=1))
    assert letters() == {}

    let_the_time_run_out()

    assert letters().keys() == {"ulf@example.invalid", "anna@example.invalid"}
    assert MailMessage.objects.filter(template="limit_lease_expired").count() == 2
    assert all("Acme" in text and "virtual machines" in text for text in letters().values())
    assert all(f"/enterprises/{tight.acme.id}/limits/" in text for text in letters().values())
    assert not any(number in text for text in letters().values() for number in ("2 of 1", " 2 "))


def test_who_approved_it_is_written_to_with_the_numbers_they_may_know(tight):
    Enterprise.objects.filter(pk=tight.acme.pk).update(requires_approval=True)
    operation, _lease = pass_until(tight, timezone.now() + timedelta(days=1))
    decide(actor=tight.cloud_admin, operation_id=operation.id, approve=True)

    let_the_time_run_out()

    assert letters().keys() >= {"root@example.invalid", "ulf@example.invalid"}
    assert "2 of 1" in letters()["root@example.invalid"]


def test_without_administrators_of_its_own_those_outside_are_written_to(tight):
    assert tight.cloud_admin
    pass_until(tight, timezone.now() + timedelta(days=1))
    User.objects.exclude(pk=tight.cloud_admin.pk).update(is_active=False)

    let_the_time_run_out()

    assert letters().keys() == {"root@example.invalid"}


def test_a_limit_of_their_own_virtual_datacenter_is_told_with_numbers(tight):
    tight.acme.machines_soft = tight.acme.machines_hard = 0
    tight.acme.save()
    VirtualDatacenter.objects.update(vcpus_soft=1, vcpus_hard=8)
    pass_until(tight, timezone.now() + timedelta(days=1))

    let_the_time_run_out()

    assert "Production might pass its soft limit of virtual CPUs" in letters()["ulf@example.invalid"]
    assert "2 of 1" in letters()["ulf@example.invalid"]


def test_an_end_that_nobody_needs_is_quiet(tight, datacenter):
    pass_until(tight, timezone.now() + timedelta(days=1))
    datacenter.work()
    perform(actor=tight.user, machine_id=tight.second.id, action_name="undeploy")
    datacenter.work()
    LimitLease.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert end_due_leases() == 1

    assert not Event.objects.filter(kind="limit_lease.expired").exists()
    assert letters() == {}


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
