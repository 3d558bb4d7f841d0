"""Tickets: who gets one, and that each opens one console, once, in the right hands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from compute.models import VirtualMachine
from compute.states import MachineState
from consoles.endings import ConsoleEnded, Ending
from consoles.models import ConsoleSession, ConsoleTicket
from consoles.services import issue_ticket, redeem
from core.errors import Conflict, NotFound, PermissionRefused
from events.models import Event
from tests.consoles.conftest import sign_in


def issue(world, who) -> str:
    return issue_ticket(actor=who.user, virtual_machine=world.machine, session_key=who.session_key)


def redeem_as(world, who, token, machine_id=None) -> ConsoleSession:
    return redeem(
        token=token,
        user=who.user,
        session_key=who.session_key,
        virtual_machine_id=machine_id or world.machine.pk,
    )


def refuses(world, who, token, match, machine_id=None):
    with pytest.raises(ConsoleEnded, match=match) as caught:
        redeem_as(world, who, token, machine_id)
    assert caught.value.ending == Ending.TICKET_REFUSED
    assert not ConsoleSession.objects.exists()


def test_a_ticket_opens_a_console_and_says_so_in_the_log(world, ann):
    session = redeem_as(world, ann, issue(world, ann))
    assert (session.user, session.virtual_machine) == (ann.user, world.machine)
    event = Event.objects.get(kind="virtual_machine.console_opened")
    assert (event.subject_id, event.actor_id) == (world.machine.pk, ann.user.pk)


def test_neither_the_token_nor_the_session_key_is_kept(world, ann):
    token = issue(world, ann)
    kept = str(ConsoleTicket.objects.values().get())
    assert token not in kept
    assert ann.session_key not in kept


def test_a_used_ticket_is_refused(world, ann):
    token = issue(world, ann)
    redeem_as(world, ann, token)
    with pytest.raises(ConsoleEnded, match="used before"):
        redeem_as(world, ann, token)
    assert ConsoleSession.objects.count() == 1


def test_an_expired_ticket_is_refused(world, ann):
    token = issue(world, ann)
    ConsoleTicket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refuses(world, ann, token, "expired")


def test_a_ticket_of_another_user_is_refused_and_worth_nothing_afterwards(world, ann):
    token = issue(world, ann)
    refuses(world, sign_in(world.admin), token, "somebody else")
    refuses(world, ann, token, "used before")


def test_a_ticket_of_another_browser_session_is_refused(world, ann):
    token = issue(world, ann)
    refuses(world, sign_in(world.user), token, "somebody else")


def test_a_ticket_of_another_machine_is_refused(world, ann):
    refuses(world, ann, issue(world, ann), "somebody else", machine_id=world.machine.pk + 1)


@pytest.mark.parametrize("token", ["", "never issued"])
def test_what_is_no_ticket_is_refused(world, ann, token):
    refuses(world, ann, token, "can't be used")


def test_a_machine_of_another_enterprise_does_not_exist(world):
    with pytest.raises(NotFound):
        issue_ticket(actor=world.rival_admin, virtual_machine=world.machine, session_key="some session")


def test_a_ticket_needs_the_right(world, ann):
    world.take_right_away()
    with pytest.raises(PermissionRefused, match="VAPP_PERFORM_ACTIONS"):
        issue(world, ann)


@pytest.mark.parametrize("state", [state for state in MachineState if state not in ("ON", "PAUSED")])
def test_a_machine_that_does_not_run_has_no_console(world, ann, state):
    VirtualMachine.objects.update(state=state)
    with pytest.raises(Conflict, match="running machines"):
        issue(world, ann)


def test_a_paused_machine_has_a_console(world, ann):
    VirtualMachine.objects.update(state=MachineState.PAUSED)
    assert redeem_as(world, ann, issue(world, ann))


def test_old_tickets_are_swept_out(world, ann):
    issue(world, ann)
    ConsoleTicket.objects.update(expires_at=timezone.now() - timedelta(days=1))
    issue(world, ann)
    assert ConsoleTicket.objects.count() == 1
