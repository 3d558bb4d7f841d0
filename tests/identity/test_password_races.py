"""Guesses, resets and sign-ins at once. On MariaDB really at once, on SQLite in turn."""

from importlib import import_module

from django.conf import settings
from django.http import HttpRequest

from events.models import Event
from identity.models import BrowserSession, SignInFailures
from identity.services.failures import note_failure
from identity.services.passwords import answer_reset_requests, request_reset, reset_password, reset_token_for
from identity.services.policy import change_policy
from identity.services.sessions import begin_session
from notifications.models import MailMessage
from tenants.models import User
from tests.at_once import all_at_once

MANY = 16


def new_request() -> HttpRequest:
    """A request of a browser that was never seen."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    return request


def test_of_many_guesses_at_once_none_is_lost(world):
    change_policy(actor=None, lock_after=100)
    anna = world.admin
    assert all_at_once([lambda: note_failure(user=anna, why="PASSWORD")] * MANY) == {"done": MANY}
    assert SignInFailures.objects.get(user=anna).count == MANY


def test_many_guesses_at_once_lock_the_account_once(world):
    change_policy(actor=None, lock_after=5)
    anna = world.admin
    all_at_once([lambda: note_failure(user=anna, why="PASSWORD")] * MANY)
    assert User.objects.get(pk=anna.pk).locked_until is not None
    assert Event.objects.filter(kind="user.locked").count() == 1
    assert MailMessage.objects.filter(template="account_locked").count() == 1


def test_a_link_for_a_new_password_is_good_once_however_often_it_is_used_at_once(world):
    token = reset_token_for(world.admin)
    outcomes = all_at_once(
        [
            lambda n=number: reset_password(token=token, password=f"Brand-new-Secret-{n}")
            for number in range(8)
        ]
    )
    assert outcomes == {"done": 1, "REC_1": 7}


def test_a_wish_is_answered_once_by_however_many_reconcilers(world):
    request_reset(name=world.admin.nick, address=None)
    all_at_once([answer_reset_requests] * 6)
    assert MailMessage.objects.filter(template="password_reset").count() == 1


def test_sign_ins_at_once_never_leave_more_sessions_than_allowed(world):
    change_policy(actor=None, max_sessions=3)
    anna = world.admin
    outcomes = all_at_once([lambda: begin_session(request=new_request(), user=anna)] * 12)
    assert outcomes == {"done": 12}
    assert BrowserSession.objects.filter(user=anna).count() == 3
