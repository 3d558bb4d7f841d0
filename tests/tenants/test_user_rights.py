"""What those who manage users may not do: reach beyond their own rights or their own enterprise."""

import pytest

from core.errors import DomainError
from tenants.models import User
from tenants.services import create_user, load_scope, update_user
from tests.api_user import ApiUser
from tests.browsing import browser_of
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
