"""Deputies decide in somebody's place: for a while, not for themselves, and not any further."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.approvers import to_be_told
from approvals.models import ApprovalDelegation
from approvals.services import decide, delegate, end_delegation
from approvals.ui.presenting import number_waiting_for
from compute.services import deploy
from core.errors import Invalid, NotFound, PermissionRefused
from operations.models import OperationStatus
from tenants.models import User
from tests.approvals.offices import another, request_of


def stand_in(actor, deputy, *, begins: float = -1, ends: float = 1) -> ApprovalDelegation:
    """``deputy`` for ``actor``, from and until so many hours from now."""
    now = timezone.now()
    return delegate(
        actor=actor,
        deputy_nick=deputy.nick,
        starts_at=now + timedelta(hours=begins),
        ends_at=now + timedelta(hours=ends),
    )


@pytest.fixture
def uwe(world, waiting):
    return another(world, "uwe")


def test_a_deputy_decides_and_it_is_told_for_whom(world, waiting, uwe):
    stand_in(world.admin, uwe)

    decide(actor=uwe, operation_id=waiting.id, approve=True)

    request = request_of(waiting)
    assert (request.decided_by_name, request.on_behalf_of) == ("uwe", "anna")


def test_a_deputy_gets_the_mails_too(world, waiting, uwe):
    stand_in(world.admin, uwe)
    assert {person.nick for person in to_be_told(request_of(waiting))} == {"anna", "uwe"}


def test_before_and_after_its_time_a_delegation_is_nothing(world, waiting, uwe):
    stand_in(world.admin, uwe, begins=1, ends=2)
    ended = stand_in(world.admin, uwe)
    ApprovalDelegation.objects.filter(pk=ended.pk).update(ends_at=timezone.now())

    with pytest.raises(PermissionRefused):
        decide(actor=uwe, operation_id=waiting.id, approve=True)


def test_ended_it_is_over_at_once_and_only_who_gave_it_ends_it(world, waiting, uwe):
    given = stand_in(world.admin, uwe)
    with pytest.raises(NotFound):
        end_delegation(actor=uwe, delegation_id=given.id)

    end_delegation(actor=world.admin, delegation_id=given.id)

    with pytest.raises(PermissionRefused):
        decide(actor=uwe, operation_id=waiting.id, approve=True)


def test_it_is_not_handed_on(world, waiting, uwe):
    ines = another(world, "ines")
    stand_in(world.admin, uwe)
    stand_in(uwe, ines)

    with pytest.raises(PermissionRefused):
        decide(actor=ines, operation_id=waiting.id, approve=True)


def test_a_deputy_decides_neither_their_own_nor_what_they_stand_in_for(world, acme, datacenter):
    stand_in(world.admin, world.user)
    own = deploy(actor=world.user, machine_id=world.machine.id)
    theirs = deploy(actor=world.admin, machine_id=world.new_machine("theirs").id)

    for operation in (own, theirs):
        with pytest.raises(PermissionRefused):
            decide(actor=world.user, operation_id=operation.id, approve=True)
        operation.refresh_from_db()
        assert operation.status == OperationStatus.AWAITING_APPROVAL


def test_it_ends_with_the_right_of_who_gave_it(world, waiting, uwe):
    stand_in(world.admin, uwe)
    User.objects.filter(pk=world.admin.pk).update(is_active=False)

    with pytest.raises(PermissionRefused):
        decide(actor=uwe, operation_id=waiting.id, approve=True)


@pytest.mark.parametrize("nick", ["rita", "anna", "nobody", ""])
def test_only_colleagues_stand_in_and_strangers_look_like_nobody(world, nick):
    assert world.rival_admin.pk
    now = timezone.now()
    with pytest.raises(Invalid, match="no active colleague"):
        delegate(actor=world.admin, deputy_nick=nick, starts_at=now, ends_at=now + timedelta(hours=1))


def test_a_time_that_is_over_or_runs_backwards_is_refused(world, waiting, uwe):
    for begins, ends in ((-2, -1), (2, 1)):
        with pytest.raises(Invalid):
            stand_in(world.admin, uwe, begins=begins, ends=ends)


def test_a_program_decides_only_with_the_privilege_for_it(world, waiting, uwe):
    stand_in(world.admin, uwe)
    actor = User.objects.actor(uwe.pk)
    narrow, wide = (
        actor.through(frozenset({"VDC_ENUMERATE"})),
        actor.through(frozenset({"WORKFLOW_OVERRIDE"})),
    )

    assert [number_waiting_for(each) for each in (narrow, wide)] == [0, 1]
    with pytest.raises(PermissionRefused):
        decide(actor=narrow, operation_id=waiting.id, approve=True)

    assert decide(actor=wide, operation_id=waiting.id, approve=True)
