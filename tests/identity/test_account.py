"""The pages of one's own account, and what administrators see and do about how others sign in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from identity.services import second_factor
from identity.services.personal_tokens import create_personal_token
from tenants.models import User
from tests.api_user import ApiUser, codes
from tests.identity.browser import confirmed, is_in, signed_in
from tests.world import PASSWORD

ANNA = {"name": "Anna", "surname": "Admin", "email": "anna@example.invalid", "locale": "en_US"}


def sign_in_of(user) -> str:
    return f"/account/of/{user.pk}/"


def test_the_account_has_tabs_and_marks_the_open_one(world):
    page = signed_in(world.admin).get("/account/security/").content.decode()
    for name in ("Profile", "Security", "Sessions", "Tokens", "Applications"):
        assert name in page
    assert page.count('aria-current="page"') >= 1


def test_people_change_their_own_profile_and_the_change_is_told_with_before_and_after(world):
    answer = confirmed(world.admin).post("/account/profile/", ANNA | {"email": "new@example.invalid"})

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


ELSEWHERE = {"email": "thief@example.invalid"}


def test_another_address_takes_the_password_once_more_and_is_then_saved(world):
    browser = signed_in(world.admin)

    asked = browser.post("/account/profile/", ANNA | ELSEWHERE)
    assert "/accounts/reauthenticate/" in asked["Location"]
    assert User.objects.get(nick="anna").email == "anna@example.invalid"

    browser.post(asked["Location"], {"password": PASSWORD})
    assert User.objects.get(nick="anna").email == "thief@example.invalid"


@pytest.mark.parametrize("change", [ELSEWHERE, {"password": "Brand-new-Secret-42"}])
def test_who_manages_users_changes_their_own_way_in_with_the_password_only(world, change):
    before, path = User.objects.get(pk=world.admin.pk), reverse("tenants:edit_user", args=[world.admin.pk])
    browser = signed_in(world.admin)
    sent = {"role": world.admin.role_id, "is_active": "on", "email": before.email} | change

    page = browser.post(path, sent)
    called = browser.put(
        f"/api/admin/enterprises/{world.acme.pk}/users/{world.admin.pk}",
        change,
        content_type="application/json",
    )

    after = User.objects.get(pk=world.admin.pk)
    assert (after.email, after.password) == (before.email, before.password)
    assert "password once more" in page.content.decode()
    assert codes(called) == ["CREDENTIAL_NOT_ENOUGH"]


def test_a_program_does_not_send_new_passwords_of_its_user_elsewhere(world):
    _token, text = create_personal_token(actor=world.admin, name="script")
    script = ApiUser(None)
    script.headers["Authorization"] = f"Bearer {text}"

    answer = script.put(f"/api/admin/enterprises/{world.acme.pk}/users/{world.admin.pk}", ELSEWHERE)

    assert codes(answer) == ["CREDENTIAL_NOT_ENOUGH"]
