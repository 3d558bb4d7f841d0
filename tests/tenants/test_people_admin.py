"""Users and roles in the back office: everything is saved by services, and their refusals are told."""

import pytest

from tenants.models import Role, User
from tests.browsing import browser_of
from tests.tenants.people import STRONG, role_with
from tests.world import PASSWORD


@pytest.fixture
def office(world):
    return browser_of(world.cloud_admin)


def ids(role) -> list[int]:
    return list(role.privileges.values_list("id", flat=True))


def test_a_role_is_made_changed_and_deleted(world, office):
    source = role_with(world, "Source", "VDC_ENUMERATE", "VDC_MANAGE")
    fields = {"name": "Made", "enterprise": world.acme.id, "allowed_networks": '["192.0.2.1"]'}
    assert office.post("/admin/tenants/role/add/", fields | {"privileges": ids(source)}).status_code == 302
    made = Role.objects.get(name="Made")
    assert (made.allowed_networks, made.privileges.count()) == (["192.0.2.1/32"], 2)

    office.post(f"/admin/tenants/role/{made.id}/change/", fields | {"privileges": ids(source)[:1]})
    assert made.privileges.count() == 1
    office.post(f"/admin/tenants/role/{made.id}/delete/", {"post": "yes"})
    assert not Role.objects.filter(pk=made.pk).exists()


def test_a_blocked_role_can_only_be_looked_at(world, office):
    blocked = world.cloud_admin.role
    assert office.get(f"/admin/tenants/role/{blocked.id}/change/").status_code == 200
    assert office.post(f"/admin/tenants/role/{blocked.id}/change/", {"name": "Mine"}).status_code == 403
    assert office.post(f"/admin/tenants/role/{blocked.id}/delete/", {"post": "yes"}).status_code == 403


def test_a_user_is_made_changed_and_deleted(world, office):
    fields = {
        "nick": "newcomer", "password": STRONG, "enterprise": world.acme.id, "role": world.roles["USER"].id,
        "is_active": "on",
    }  # fmt: skip
    assert office.post("/admin/tenants/user/add/", fields).status_code == 302
    made = User.objects.get(nick="newcomer")
    viewer = {"role": world.roles["ENTERPRISE_VIEWER"].id, "is_active": "on"}
    office.post(f"/admin/tenants/user/{made.id}/change/", viewer)
    made.refresh_from_db()
    assert (made.role.name, made.check_password(STRONG)) == ("ENTERPRISE_VIEWER", True)
    office.post(f"/admin/tenants/user/{made.id}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=made.pk).exists()


def test_a_refusal_stands_above_the_form(world, office):
    root = world.cloud_admin
    fields = {"role": world.roles["USER"].id, "is_active": "on", "scope": root.scope_id, "email": root.email}
    page = office.post(f"/admin/tenants/user/{root.id}/change/", fields).content.decode()
    assert "last cloud administrator" in page
    assert User.objects.get(pk=root.pk).role == root.role


def test_the_back_office_uses_the_words_of_the_portal(world, office):
    role, enterprises = role_with(world, "Source", "VDC_MANAGE"), world.acme
    shown = office.get(f"/admin/tenants/role/{role.id}/change/").content.decode()
    listed = office.get("/admin/tenants/enterprise/").content.decode()
    assert "Manage virtual datacenters · VDC_MANAGE" in shown
    assert enterprises.name in listed and "Machines, hard" in listed and "Vcpus hard" not in listed


def test_ones_own_password_is_changed_on_the_page_of_ones_account_not_past_it(world, office):
    root = world.cloud_admin
    User.objects.filter(pk=root.pk).update(switched_to=world.acme)
    before = User.objects.get(pk=root.pk)
    words = {"old_password": PASSWORD, "new_password1": STRONG, "new_password2": STRONG}
    answer = office.post("/admin/password_change/", words)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")
    after = User.objects.get(pk=root.pk)
    assert (after.password, after.enterprise_id) == (before.password, before.enterprise_id)
