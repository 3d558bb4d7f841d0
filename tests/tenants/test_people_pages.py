"""The pages of users, roles and reasons, as administrators and tenants meet them."""

import re

import pytest

from tenants.models import Role, User
from tenants.services import give_role_in
from tests.browsing import browser_of
from tests.tenants.people import STRONG, colleague, role_with


def words(response) -> str:
    """The text of a page in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def root(world):
    return browser_of(world.cloud_admin)


def test_a_role_is_made_in_the_editor_compared_changed_and_deleted(world, root):
    chosen = {"name": "Operators", "enterprise": world.acme.id, "external_names": "cn=ops\n\n cn=crew"}
    answer = root.post("/people/roles/new/", chosen | {"privilege": ["VDC_ENUMERATE", "VDC_MANAGE"]})
    role = Role.objects.get(name="Operators")
    assert (answer.status_code, answer["Location"]) == (302, f"/people/roles/{role.id}/")
    assert sorted(each.name for each in role.external_roles.all()) == ["cn=crew", "cn=ops"]

    shown = words(root.get(f"/people/roles/{role.id}/?other={world.roles['USER'].id}"))
    assert "1 only in Operators" in shown
    assert "Create, change and delete virtual datacenters and their limits." in shown

    root.post(f"/people/roles/{role.id}/edit/", chosen | {"privilege": ["VDC_ENUMERATE"]})
    assert [each.name for each in role.privileges.all()] == ["VDC_ENUMERATE"]
    copied = root.get(f"/people/roles/new/?copy={role.id}").content.decode()
    assert 'value="VDC_ENUMERATE" checked' in copied and "Copy of Operators" in copied
    assert "Operators" in words(root.get(f"/people/roles/{role.id}/delete/"))
    assert "Take its external names away" in words(root.post(f"/people/roles/{role.id}/delete/"))
    root.post(f"/people/roles/{role.id}/edit/", chosen | {"external_names": "", "privilege": []})
    assert root.post(f"/people/roles/{role.id}/delete/")["HX-Redirect"] == "/people/roles/"
    assert not Role.objects.filter(pk=role.pk).exists()


def test_a_refusal_stands_beside_the_field_it_is_about_and_what_was_typed_stays(world, root):
    answer = root.post("/people/roles/new/", {"name": "USER", "enterprise": world.acme.id,
                                              "privilege": ["VDC_MANAGE"]})  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="id_name-error"' in page and 'value="VDC_MANAGE" checked' in page

    user = {"nick": "newcomer", "role": world.roles["USER"].id, "password": "alllowercase", "email": "x"}
    page = root.post(f"/people/users/new/?enterprise={world.acme.id}", user).content.decode()
    assert 'id="id_email-error"' in page
    page = root.post(f"/people/users/new/?enterprise={world.acme.id}", user | {"email": ""}).content.decode()
    assert 'id="id_password-error"' in page
    assert not User.objects.filter(nick="newcomer").exists()


def test_what_one_does_not_hold_can_not_be_ticked(world):
    chief = colleague(world, "chief", "USERS_VIEW", "USERS_MANAGE_ROLES", "VDC_ENUMERATE")
    page = browser_of(chief).get("/people/roles/new/").content.decode()
    assert re.search(r'value="VDC_MANAGE" disabled', page)
    assert not re.search(r'value="VDC_ENUMERATE" disabled', page)


def test_a_user_is_made_restricted_given_a_role_and_deleted(world, root):
    fields = {
        "nick": "newcomer", "name": "New", "role": world.roles["USER"].id, "password": STRONG,
        "is_active": "on", "restricted": "on", "virtual_datacenters": [world.vdc.id],
    }  # fmt: skip
    answer = root.post(f"/people/users/new/?enterprise={world.acme.id}", fields)
    made = User.objects.get(nick="newcomer")
    assert answer["Location"] == f"/people/users/{made.id}/"
    assert (made.enterprise, made.restricted, made.must_change_password) == (world.acme, True, False)
    assert made.open_virtual_datacenter_ids() == [world.vdc.id]

    there = {"virtual_datacenter": world.vdc.id, "role": world.roles["ENTERPRISE_VIEWER"].id}
    root.post(f"/people/users/{made.id}/roles/", there)
    assert "ENTERPRISE_VIEWER" in words(root.get(f"/people/users/{made.id}/"))
    root.post(f"/people/users/{made.id}/roles/", {"virtual_datacenter": world.vdc.id})
    assert not made.virtual_datacenter_roles.exists()

    changed = {"name": "Known", "role": world.roles["ENTERPRISE_VIEWER"].id, "is_active": "on"}
    root.post(f"/people/users/{made.id}/edit/", changed)
    made.refresh_from_db()
    assert (made.name, made.role.name, made.restricted) == ("Known", "ENTERPRISE_VIEWER", False)
    assert made.check_password(STRONG)
    assert root.post(f"/people/users/{made.id}/delete/")["HX-Redirect"] == "/people/"
    assert not User.objects.filter(nick="newcomer").exists()


def test_lists_search_and_filter(world, root):
    assert world.admin.pk and world.user.pk and world.rival_admin.pk
    assert "anna" in words(root.get("/people/?q=ann")) and "ulf" not in words(root.get("/people/?q=ann"))
    by_role = words(root.get(f"/people/?role={world.roles['USER'].id}"))
    assert "ulf" in by_role and "rita" not in by_role
    role_with(world, "Seldom")
    assert "Seldom" in words(root.get("/people/roles/?q=seld"))


def test_pages_of_foreign_people_and_roles_are_not_there(world):
    anna = browser_of(world.admin)
    foreign = role_with(world, "Foreign", enterprise=world.rival)
    theirs = world.rival_admin
    paths = [f"/people/users/{theirs.id}/{page}" for page in ("", "edit/", "delete/")]
    paths += [f"/people/roles/{foreign.id}/{page}" for page in ("", "edit/", "delete/")]
    paths += [f"/people/roles/{world.roles['USER'].id}/?other={foreign.id}"]
    paths += [f"/people/users/new/?enterprise={world.rival.id}"]
    assert {anna.get(path).status_code for path in paths[:3] + paths[6:]} == {404}
    assert {anna.get(path).status_code for path in paths[3:6]} <= {403, 404}
    assert anna.post(f"/people/users/{theirs.id}/delete/").status_code == 404
    assert "Foreign" not in words(anna.get("/people/roles/"))


def test_people_without_the_right_meet_a_reason(world):
    browser = browser_of(world.user)
    assert browser.get("/people/").status_code == 403
    assert browser.get("/people/roles/").status_code == 403
    anna = browser_of(world.admin)
    page = anna.get(f"/people/roles/{world.roles['USER'].id}/").content.decode()
    assert "USERS_MANAGE_ROLES" in page
    assert "/why/?what=USERS_MANAGE_ROLES" in page


def test_the_reasons_of_a_refusal_are_told_one_by_one(world, root):
    vera, machine = world.viewer, world.machine
    give_role_in(
        actor=world.cloud_admin, user=world.user, virtual_datacenter_id=world.vdc.id,
        role=world.roles["ENTERPRISE_VIEWER"],
    )  # fmt: skip
    address = f"/why/?user={{}}&what=deploy&thing=virtual_machine:{machine.id}"

    told = words(root.get(address.format(vera.nick)))
    assert "vera can't do this" in told
    assert "ENTERPRISE_VIEWER does not hold VAPP_DEPLOY_UNDEPLOY" in told
    told = words(root.get(address.format(world.user.nick)))
    assert "ulf can't do this" in told and "Another role counts in this virtual datacenter" in told
    assert "anna may do this" in words(root.get(address.format(world.admin.nick)))
    assert "State" in words(root.get(f"/why/?user=anna&what=power_on&thing=virtual_machine:{machine.id}"))
    found = root.get("/why/?user=anna&what=deploy&thing=we").content.decode()
    assert f"virtual_machine%3A{machine.id}" in found


def test_reasons_tell_nothing_of_foreign_people_and_things(world):
    theirs, anna = world.rival_machine("secret"), browser_of(world.admin)
    page = words(anna.get(f"/why/?user={world.rival_admin.nick}&what=deploy"))
    assert "There is nobody of this name" in page
    page = words(anna.get(f"/why/?what=deploy&thing=virtual_machine:{theirs.id}"))
    assert "Nothing of this name" in page and "may do this" not in page
    assert "secret" not in words(anna.get("/why/?what=deploy&thing=secr"))
    ulf = browser_of(world.user)
    assert "There is nobody" in words(ulf.get("/why/?user=anna&what=deploy"))
    assert "ulf may do this" in words(ulf.get("/why/?what=deploy"))


def test_a_button_that_is_off_for_want_of_a_right_leads_to_the_reasons(world):
    page = browser_of(world.viewer).get(f"/machines/{world.machine.id}/").content.decode()
    assert f"/why/?what=deploy&amp;thing=virtual_machine:{world.machine.id}" in page
