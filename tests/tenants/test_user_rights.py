"""What those who manage users may not do: reach beyond their own rights or their own enterprise."""

import re

import pytest

from core.errors import DomainError
from tenants.models import AuthType, User
from tenants.services import copy_role, create_user, delete_user, load_scope, update_user
from tenants.services.external_users import create_external_user
from tests.api_user import ApiUser
from tests.browsing import browser_of
from tests.tenants.refusing import refusal
from tests.world import PASSWORD

NEW_PASSWORD = "Something else 8 entirely"


@pytest.mark.parametrize(
    "change", [{"password": NEW_PASSWORD}, {"is_active": False}, {"email": "a@b.example"}]
)
def test_nobody_changes_a_user_who_may_more(world, change):
    mighty = create_user(
        actor=None, enterprise=world.acme, role=world.roles["CLOUD_ADMIN"], nick="mighty", password=PASSWORD
    )

    with pytest.raises(DomainError):
        update_user(actor=world.admin, user=mighty, **change)

    mighty = User.objects.get(pk=mighty.pk)
    assert (mighty.is_active, mighty.email, mighty.check_password(PASSWORD)) == (True, "", True)


def test_who_holds_a_blocked_role_is_changed_and_deleted_by_its_holders_only(world):
    """Even by somebody who may do all the same, under a role of another name."""
    everywhere, blocked = load_scope("Everywhere", unlimited=True), world.roles["CLOUD_ADMIN"]
    twin = copy_role(actor=None, role=blocked, name="Twin")
    made = {"actor": None, "enterprise": world.provider, "scope": everywhere, "password": PASSWORD}
    chief, second = (create_user(nick=role.name, role=role, **made) for role in (twin, blocked))
    assert refusal(update_user, actor=chief, user=second, name="Other") == "USER-22"
    assert refusal(delete_user, actor=chief, user=second) == "USER-16"
    update_user(actor=world.cloud_admin, user=second, name="Other")
    delete_user(actor=world.cloud_admin, user=second)


@pytest.mark.parametrize("kind", [AuthType.LDAP, AuthType.OPENID, AuthType.SAML])
def test_what_somebody_else_says_of_a_user_is_not_changed_here(world, kind):
    person = create_external_user(
        enterprise=world.acme, role=world.roles["USER"], nick="person", auth_type=kind, name="Some"
    )
    change = {"actor": world.cloud_admin, "user": person}
    assert refusal(update_user, **change, role=world.roles["ENTERPRISE_VIEWER"]) == "USER-7"
    assert refusal(update_user, **change, works_in=world.rival) == "USER-8"
    update_user(**change, role=world.roles["USER"], works_in=world.acme, description="Trainee")
    update_user(**change, is_active=False)

    page = browser_of(world.cloud_admin).get(f"/people/users/{person.id}/edit/").content.decode()
    assert re.search(r'<select[^>]*name="role"[^>]*disabled', page)
    assert "anew at every sign-in" in page


def test_a_scope_out_of_sight_stays_when_a_user_of_a_directory_is_changed_on_the_page(world):
    person = create_external_user(
        enterprise=world.acme, role=world.roles["USER"], nick="person", auth_type=AuthType.LDAP
    )
    everywhere = load_scope("Everywhere", unlimited=True)
    update_user(actor=world.cloud_admin, user=person, scope=everywhere)
    page = browser_of(world.admin)
    fields = {"name": "Known", "is_active": "on"}
    assert page.post(f"/people/users/{person.id}/edit/", fields).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.scope) == ("Known", everywhere)


def test_nobody_changes_or_makes_users_of_another_enterprise(world):
    with pytest.raises(DomainError):
        update_user(actor=world.admin, user=world.rival_admin, password=NEW_PASSWORD)
    with pytest.raises(DomainError):
        create_user(
            actor=world.admin, enterprise=world.rival, role=world.roles["USER"], nick="spy", password=PASSWORD
        )


def test_an_administrator_confined_by_a_scope_makes_no_unconfined_one(world):
    world.cloud_admin.scope = load_scope("Provider only", enterprises=(world.provider,))
    world.cloud_admin.save()

    made = create_user(
        actor=world.cloud_admin,
        enterprise=world.provider,
        role=world.roles["CLOUD_ADMIN"],
        nick="deputy",
        password=NEW_PASSWORD,
    )

    assert not made.sees_all_enterprises


def test_the_back_office_is_closed_to_administrators_confined_by_a_scope(world):
    browser = browser_of(world.cloud_admin)
    assert browser.get("/admin/tenants/enterprise/").status_code == 200

    world.cloud_admin.scope = load_scope("Provider only", enterprises=(world.provider,))
    world.cloud_admin.save()

    assert browser.get("/admin/tenants/enterprise/").status_code != 200


def test_a_password_changed_in_the_portal_ends_the_old_one_for_the_api_at_once(world):
    assert ApiUser(world.admin.nick).get("/api/login").status_code == 200
    browser = browser_of(world.admin)
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    assert browser.post("/accounts/password/change/", fields).status_code == 302

    assert ApiUser("anna", PASSWORD).get("/api/login").status_code == 401
    assert ApiUser("anna", NEW_PASSWORD).get("/api/login").status_code == 200
