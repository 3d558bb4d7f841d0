"""The pages of one's own account, and what administrators see and do about how others sign in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Event
from identity.services import second_factor
from tenants.models import User
from tests.identity.browser import is_in, signed_in

ANNA = {"name": "Anna", "surname": "Admin", "email": "anna@example.invalid", "locale": "en_US"}


def sign_in_of(user) -> str:
    return f"/account/of/{user.pk}/"


def test_the_account_has_tabs_and_marks_the_open_one(world):
    page = signed_in(world.admin).get("/account/security/").content.decode()
    for name in ("Profile", "Security", "Sessions", "Tokens", "Applications"):
        assert name in page
    assert page.count('aria-current="page"') >= 1


def test_people_change_their_own_profile_and_the_change_is_told_with_before_and_after(world):
    answer = signed_in(world.admin).post("/account/profile/", ANNA | {"email": "new@example.invalid"})

    assert answer.status_code == 302
    assert User.objects.get(nick="anna").email == "new@example.invalid"
    changes = Event.objects.filter(kind="user.changed").latest("id").changes
    assert changes["email"] == ["anna@example.invalid", "new@example.invalid"]
    assert changes["name"] == ["", "Anna"]


def test_a_profile_without_changes_is_no_event(world):
    browser = signed_in(world.admin)
    for _time in range(2):
        browser.post("/account/profile/", ANNA)
    assert Event.objects.filter(kind="user.changed").count() == 1


@pytest.mark.parametrize("email", ["nonsense", "a@b", "x" * 300])
def test_what_is_no_address_is_said_beside_the_field(world, email):
    page = signed_in(world.admin).post("/account/profile/", ANNA | {"email": email})
    assert "field-error" in page.content.decode()
    assert User.objects.get(nick="anna").email == "anna@example.invalid"


def test_nobody_changes_more_of_themselves_than_the_profile(world):
    signed_in(world.user).post("/account/profile/", ANNA | {"role": "1", "nick": "root", "is_active": ""})
    ulf = User.objects.get(pk=world.user.pk)
    assert (ulf.nick, ulf.role_id, ulf.is_active) == ("ulf", world.user.role_id, True)


def test_whose_password_is_kept_elsewhere_is_not_offered_to_change_it(world):
    browser = signed_in(world.admin)
    User.objects.filter(pk=world.admin.pk).update(auth_type="LDAP")
    assert "kept by the service" in browser.get("/account/security/").content.decode()


def test_an_administrator_sees_a_lock_and_opens_it(world):
    until = timezone.now() + timedelta(minutes=9)
    User.objects.filter(pk=world.user.pk).update(locked_until=until)
    browser = signed_in(world.admin)

    assert "Locked until" in browser.get(sign_in_of(world.user)).content.decode()
    browser.post(sign_in_of(world.user), {"act": "unlock"})

    assert "Locked until" not in browser.get(sign_in_of(world.user)).content.decode()
    assert is_in(signed_in(world.user))
    assert Event.objects.get(kind="user.unlocked").actor_id == world.admin.pk


def test_an_administrator_switches_off_a_second_factor_by_the_page(world):
    second_factor.enable_mail(actor=world.user, user=world.user)
    signed_in(world.admin).post(sign_in_of(world.user), {"act": "second_factor_off"})
    assert not second_factor.uses_second_factor(world.user)


def test_who_sees_sessions_ends_those_of_a_person(world):
    ulf = signed_in(world.user)
    signed_in(world.cloud_admin).post(sign_in_of(world.user), {"act": "end_sessions"})
    assert not is_in(ulf)


@pytest.mark.parametrize("act", ["", "explode"])
def test_other_acts_do_not_exist(world, act):
    assert signed_in(world.admin).post(sign_in_of(world.user), {"act": act}).status_code == 404


def test_how_others_sign_in_is_for_those_who_manage_them(world):
    assert signed_in(world.user).get(sign_in_of(world.admin)).status_code == 403
    assert signed_in(world.rival_admin).get(sign_in_of(world.admin)).status_code == 404
    assert "/accounts/login/" in Client().get(sign_in_of(world.admin))["Location"]
