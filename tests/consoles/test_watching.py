"""What ends an open console, as its regular check sees it."""

from datetime import timedelta

import pytest
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.test import RequestFactory
from django.utils import timezone

from compute.services import update_virtual_appliance
from consoles.endings import ConsoleEnded, Ending
from consoles.models import ConsoleSession
from consoles.services import close_sessions, close_sessions_of, record_end, renew
from consoles.services.tickets import hashed
from tests.consoles.conftest import sign_in

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture
def session(world, ann):
    return open_session(world, ann)


def open_session(world, who) -> ConsoleSession:
    return ConsoleSession.objects.create(
        user=who.user,
        virtual_machine=world.machine,
        session_hash=hashed(who.session_key),
        last_seen_at=timezone.now() - timedelta(seconds=10),
    )


def ends(session, who, address: str | None = HERE) -> Ending:
    with pytest.raises(ConsoleEnded) as caught:
        renew(session=session, session_key=who.session_key, address=address)
    return caught.value.ending


def test_a_console_in_use_is_renewed(session, ann):
    renew(session=session, session_key=ann.session_key, address=HERE)
    session.refresh_from_db()
    assert timezone.now() - session.last_seen_at < timedelta(seconds=5)


def test_it_ends_when_the_right_is_lost(world, session, ann):
    world.take_right_away()
    assert ends(session, ann) == Ending.RIGHT_LOST


@pytest.mark.parametrize("holder", ["user", "role"])
def test_it_ends_when_the_networks_that_are_allowed_change(session, ann, holder):
    renew(session=session, session_key=ann.session_key, address=ELSEWHERE)
    limited = ann.user if holder == "user" else ann.user.role
    limited.allowed_networks = ["192.0.2.0/24"]
    limited.save()

    assert ends(session, ann, ELSEWHERE) == ends(session, ann, None) == Ending.RIGHT_LOST
    renew(session=session, session_key=ann.session_key, address=HERE)


def test_it_ends_when_its_appliance_is_restricted(world, session, ann):
    update_virtual_appliance(actor=world.cloud_admin, virtual_appliance=world.appliance, restricted=True)

    assert ends(session, ann) == Ending.MACHINE_GONE
    assert not ConsoleSession.objects.visible_to(ann.user).exists()


def test_it_ends_when_the_machine_stops(world, session, ann):
    world.stop_machine()
    assert ends(session, ann) == Ending.MACHINE_NOT_RUNNING


def test_it_ends_when_the_machine_is_no_longer_visible(world, session, ann):
    ann.user.enterprise = world.rival
    ann.user.save()
    assert ends(session, ann) == Ending.MACHINE_GONE


def test_it_ends_when_the_account_is_switched_off(session, ann):
    ann.user.is_active = False
    ann.user.save()
    assert ends(session, ann) == Ending.LOGGED_OUT


def test_it_ends_when_the_password_changes(session, ann):
    ann.user.set_password("something else")
    ann.user.save()
    assert ends(session, ann) == Ending.LOGGED_OUT


def test_it_ends_when_the_browser_session_expires(session, ann):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert ends(session, ann) == Ending.LOGGED_OUT


def test_signing_out_ends_the_consoles_of_that_browser_only(world, session, ann):
    elsewhere = sign_in(world.user)
    other = open_session(world, elsewhere)
    request = RequestFactory().post("/")
    request.session, request.user = ann.scope["session"], ann.user
    logout(request)
    assert ends(session, ann) == Ending.LOGGED_OUT
    renew(session=other, session_key=elsewhere.session_key, address=HERE)


def test_all_consoles_of_a_user_can_be_ended(world, session, ann):
    elsewhere = sign_in(world.user)
    other, foreign = open_session(world, elsewhere), open_session(world, sign_in(world.admin))
    assert close_sessions_of(user=ann.user) == 2
    assert ends(session, ann) == ends(other, elsewhere) == Ending.LOGGED_OUT
    foreign.refresh_from_db()
    assert foreign.must_end is None


def test_ending_nobody_s_consoles_ends_none(session):
    assert close_sessions_of() == 0


def test_an_administrator_closes_a_console(session, ann):
    assert close_sessions(sessions=ConsoleSession.objects.all(), ending=Ending.CLOSED_BY_ADMINISTRATOR) == 1
    assert ends(session, ann) == Ending.CLOSED_BY_ADMINISTRATOR


def test_the_first_reason_of_an_end_stays(session):
    record_end(session=session, ending=Ending.RIGHT_LOST)
    record_end(session=session, ending=Ending.LEFT)
    session.refresh_from_db()
    assert session.closed_reason == Ending.RIGHT_LOST


def test_only_consoles_heard_of_lately_count_as_open(session):
    assert ConsoleSession.objects.open().count() == 1
    ConsoleSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=1))
    assert not ConsoleSession.objects.open().exists()


def test_sessions_are_seen_by_their_enterprise_only(world, session, ann):
    assert ConsoleSession.objects.visible_to(ann.user).count() == 1
    assert not ConsoleSession.objects.visible_to(world.rival_admin).exists()
