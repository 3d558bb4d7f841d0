"""What a new password, and signing out everywhere, take back of what was given out to programs."""

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from identity.models import AccessToken, Application, BrowserSession, PersonalToken
from identity.services.applications import create_application
from identity.services.passwords import reset_token_for
from identity.services.personal_tokens import create_personal_token
from tenants.models import User
from tenants.services import update_user
from tests.api_user import ApiUser
from tests.identity.browser import NEW_PASSWORD, signed_in
from tests.world import PASSWORD


@pytest.fixture
def given_out(world):
    """Anna gave a token to a script and access to an application, and so did Ulf."""
    for user in (world.admin, world.user):
        create_personal_token(actor=user, name="script")
        application, _secret = create_application(actor=user, name="Reporter")
        AccessToken.objects.create(application=application, key=f"key-{user.pk}", sealed_secret="sealed")


def left_of(user: User) -> tuple[int, int]:
    """How many personal tokens and tokens of applications somebody has."""
    personal = PersonalToken.objects.filter(user=user).count()
    return personal, AccessToken.objects.filter(application__user=user).count()


def login_token(user: User) -> dict[str, str]:
    """What a client sends that logged in by name and password."""
    token = ApiUser(user.nick).get("/api/login")["X-Abiquo-Token"]
    return {"Authorization": f"Token {token}"}


def opens(token: dict[str, str]) -> bool:
    return Client().get("/api/login", headers=token).status_code == 200


def change_own(world, **more: str) -> None:
    sent = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD} | more
    assert signed_in(world.admin).post("/accounts/password/change/", sent).status_code == 302


def recover_by_page(world, **more: str) -> None:
    browser = Client()
    browser.get(f"/account/recover/{reset_token_for(User.objects.get(pk=world.admin.pk))}/")
    sent = {"password": NEW_PASSWORD, "again": NEW_PASSWORD} | more
    assert b'name="password"' not in browser.post("/account/recover/here/", sent).content


def recover_by_rest(world, **more: str) -> None:
    token = reset_token_for(User.objects.get(pk=world.admin.pk))
    sent = {"resetPasswordToken": token, "newPassword": NEW_PASSWORD} | more
    assert Client().post("/api/login/action/reset", sent).status_code == 204


def be_given_by_page(world, **more: str) -> None:
    sent = {"nick": "anna", "role": world.admin.role_id, "password": NEW_PASSWORD, "is_active": "on"} | more
    address = reverse("tenants:edit_user", args=[world.admin.pk])
    assert signed_in(world.cloud_admin).post(address, sent).status_code == 302


def be_given_by_rest(world, **more: bool) -> None:
    address = f"/api/admin/enterprises/{world.acme.pk}/users/{world.admin.pk}"
    sent = {"password": NEW_PASSWORD} | more
    assert ApiUser(world.cloud_admin.nick).put(address, sent).status_code == 200


@pytest.mark.parametrize(
    ("way", "more", "left"),
    [
        (change_own, {}, (1, 1)),
        (change_own, {"withdraw": "on"}, (0, 0)),
        (recover_by_page, {"withdraw": "on"}, (0, 0)),
        (recover_by_page, {}, (1, 1)),
        (recover_by_rest, {}, (0, 0)),
        (recover_by_rest, {"withdrawCredentials": "false"}, (1, 1)),
        (be_given_by_page, {"withdraw_credentials": "on"}, (0, 0)),
        (be_given_by_page, {}, (1, 1)),
        (be_given_by_rest, {}, (0, 0)),
        (be_given_by_rest, {"withdrawCredentials": False}, (1, 1)),
    ],
)
def test_a_new_password_takes_back_what_was_given_out_where_that_is_wanted(world, given_out, way, more, left):
    way(world, **more)

    assert User.objects.get(pk=world.admin.pk).check_password(NEW_PASSWORD)
    assert (left_of(world.admin), left_of(world.user)) == (left, (1, 1))
    assert Event.objects.filter(kind="user.credentials_withdrawn").count() == (left == (0, 0))
    assert Application.objects.filter(user=world.admin).exists()


def test_ones_own_new_password_by_rest_leaves_them_unless_told_otherwise(world, given_out):
    manager = world.admin
    update_user(actor=manager, user=manager, password=NEW_PASSWORD)
    assert left_of(manager) == (1, 1)
    update_user(actor=manager, user=manager, password=f"{NEW_PASSWORD}!", withdraw_credentials=True)
    assert left_of(manager) == (0, 0)


@pytest.mark.parametrize(("page", "offered"), [("/accounts/password/change/", False), ("recover", True)])
def test_the_forms_offer_it_and_recovery_by_mail_proposes_it(world, page, offered):
    browser = signed_in(world.admin)
    if page == "recover":
        browser.get(f"/account/recover/{reset_token_for(User.objects.get(pk=world.admin.pk))}/")
        page = "/account/recover/here/"
    form = browser.get(page).context["form"]
    assert form["withdraw"].value() is offered
    assert 'name="withdraw"' in browser.get(page).content.decode()


def test_a_personal_token_that_was_taken_back_opens_nothing(world):
    _token, text = create_personal_token(actor=world.admin, name="script")
    bearer = {"Authorization": f"Bearer {text}"}
    assert opens(bearer)

    be_given_by_rest(world)

    assert not opens(bearer)


def sign_out_everywhere(world) -> None:
    assert signed_in(world.admin).post("/account/sessions/").status_code == 302


def end_one_session(world) -> None:
    signed_in(world.admin)
    session = BrowserSession.objects.filter(user=world.admin).latest("id")
    assert ApiUser(world.cloud_admin.nick).delete(f"/api/login/sessions/{session.pk}/{world.admin.pk}")


def be_signed_out_by_an_administrator(world) -> None:
    address = f"/account/of/{world.admin.pk}/"
    signed_in(world.cloud_admin).post(address, {"act": "end_sessions"})


def be_signed_out_by_rest(world) -> None:
    address = f"/api/login/sessions/users/{world.admin.pk}"
    assert ApiUser(world.cloud_admin.nick).delete(address).status_code == 204


@pytest.mark.parametrize(
    "way",
    [
        sign_out_everywhere,
        end_one_session,
        be_signed_out_by_an_administrator,
        be_signed_out_by_rest,
        change_own,
    ],
)
def test_tokens_of_logins_end_with_sessions_that_are_ended(world, way):
    hers, his = login_token(world.admin), login_token(world.user)
    assert opens(hers)

    way(world)

    assert (opens(hers), opens(his)) == (False, True)


def test_signing_out_with_the_token_ends_it_and_a_new_login_gives_another(world):
    hers, his = login_token(world.admin), login_token(world.user)

    assert Client().post("/api/logout", headers=hers).status_code == 204

    assert (opens(hers), opens(his), opens(login_token(world.admin))) == (False, True, True)


def test_sessions_go_on_when_tokens_of_logins_end(world):
    browser = signed_in(world.admin)
    token = login_token(world.admin)
    Client().post("/api/logout", headers=token)
    assert browser.get("/account/profile/").status_code == 200
