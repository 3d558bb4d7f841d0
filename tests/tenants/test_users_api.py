"""Users over REST, with the bodies published clients send: links for role and scope, nulls for the rest."""

import pytest

from tenants.models import User
from tenants.services import load_scope
from tests.api_user import ApiUser, codes, link
from tests.tenants.people import STRONG, role_with

TYPE = "application/vnd.abiquo.{}+json"


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def users(world):
    return f"/api/admin/enterprises/{world.acme.id}/users"


def to(rel, address):
    return {"rel": rel, "href": f"/api{address}"}


def body(world, *links, role=None, **fields):
    """What the published clients send for a new user."""
    chosen = role or world.roles["USER"]
    return {
        "nick": "earl", "name": "Earl", "surname": "Hickey", "email": "earl@example.invalid",
        "locale": "EN", "active": True, "password": STRONG, "description": "user description",
        "publicSshKey": None, "abiquo_state": "present",
        "links": [to("role", f"/admin/roles/{chosen.id}"), *links],
    } | fields  # fmt: skip


def test_a_user_lives_from_their_creation_to_their_end(world, root, users):
    scope = load_scope("Acme only", enterprises=(world.acme,))
    made = root.post(users, body(world, to("scope", f"/admin/scopes/{scope.id}")))
    assert (made.status_code, made["Location"]) == (201, link(made, "edit"))
    told = made.json()
    assert (told["nick"], told["surname"], told["description"]) == ("earl", "Hickey", "user description")
    assert (told["active"], told["authType"], told["firstLogin"], told["locked"]) == (
        True, "ABIQUO", True, False,
    )  # fmt: skip
    assert "password" not in told
    assert link(told, "scope").endswith(f"/admin/scopes/{scope.id}")

    viewer = to("role", f"/admin/roles/{world.roles['ENTERPRISE_VIEWER'].id}")
    changed = root.put(made["Location"], told | {"name": "Randy", "active": False, "links": [viewer]})
    assert (changed.status_code, changed.json()["name"], changed.json()["active"]) == (200, "Randy", False)
    assert User.objects.get(nick="earl").role.name == "ENTERPRISE_VIEWER"
    assert root.get(f"{users}?activated=false").json()["totalSize"] == 1
    assert root.delete(made["Location"]).status_code == 204
    assert codes(root.get(made["Location"])) == ["USER-0"]


def test_a_new_user_signs_in_by_the_password_that_was_sent(world, root, users):
    assert root.post(users, body(world, firstLogin=False)).status_code == 201
    assert ApiUser("earl", STRONG).get("/api/login").json()["nick"] == "earl"


def test_a_restriction_is_sent_and_told_by_links_and_as_ids(world, root, users):
    vdc = to("virtualdatacenter", f"/cloud/virtualdatacenters/{world.vdc.id}")
    made = root.post(users, body(world, vdc)).json()
    assert made["availableVirtualDatacenters"] == str(world.vdc.id)
    assert link(made, "virtualdatacenter").endswith(vdc["href"])

    kept = root.put(link(made, "edit"), {"name": "Randy"}).json()
    assert kept["availableVirtualDatacenters"] == str(world.vdc.id)
    lifted = root.put(link(made, "edit"), {"availableVirtualDatacenters": ""}).json()
    assert "availableVirtualDatacenters" not in lifted
    assert not User.objects.get(nick="earl").restricted
    again = root.put(link(made, "edit"), {"availableVirtualDatacenters": f"{world.vdc.id}"}).json()
    assert link(again, "virtualdatacenter")
    assert codes(root.put(link(made, "edit"), {"availableVirtualDatacenters": "x"})) == ["GEN-2"]


def test_the_list_with_roles_embeds_role_privileges_and_enterprise(world, root, users):
    assert world.admin.pk and world.viewer.pk
    listed = root.get(users, Accept=TYPE.format("userswithroles")).json()["collection"]
    assert {each["role"]["name"] for each in listed} == {"ENTERPRISE_ADMIN", "ENTERPRISE_VIEWER"}
    vera = next(each for each in listed if each["nick"] == "vera")
    assert "VDC_ENUMERATE" in {each["name"] for each in vera["role"]["privileges"]["collection"]}
    assert vera["enterprise"]["name"] == "Acme"


def test_users_of_every_enterprise_one_sees_are_one_list(world, root):
    assert world.admin.pk and world.rival_admin.pk
    everywhere = "/api/admin/enterprises/_/users"
    assert root.get(everywhere).json()["totalSize"] == 3
    assert ApiUser("anna").get(everywhere).json()["totalSize"] == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"links": []}, 400, "USER-1"),
        ({"links": [to("role", "/admin/roles/0")]}, 404, "USER-2"),
        ({"nick": None}, 400, "USER-13"),
        ({"nick": "anna"}, 409, "USER-4"),
        ({"password": None}, 400, "USER-11"),
        ({"password": "alllowercaseletters"}, 409, "PSW-1"),
        ({"email": "nowhere"}, 400, "USER-5"),
    ],
)
def test_bodies_that_make_no_user_are_refused(world, root, users, change, status, code):
    assert world.admin.pk
    answer = root.post(users, body(world) | change)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_a_name_to_sign_in_with_stays(world, root, users):
    answer = root.put(f"{users}/{world.user.id}", {"nick": "other"})
    assert (answer.status_code, codes(answer)) == (409, ["USER 10"])


def test_a_tenant_neither_sees_nor_names_what_is_foreign(world, users):
    anna, theirs = ApiUser(world.admin.nick), world.rival_admin
    there = f"/api/admin/enterprises/{world.rival.id}/users"
    for answer in (
        anna.get(f"{there}/{theirs.id}"),
        anna.put(f"{there}/{theirs.id}", {"name": "X"}),
        anna.delete(f"{there}/{theirs.id}"),
        anna.get(f"{users}/{theirs.id}"),
    ):
        assert (answer.status_code, codes(answer)) == (404, ["USER-0"])
    assert codes(anna.post(there, body(world))) == ["EN-0"]
    foreign_role = role_with(world, "Foreign", enterprise=world.rival)
    assert codes(anna.post(users, body(world, role=foreign_role))) == ["USER-2"]
    foreign_scope = load_scope("Theirs", enterprises=(world.rival,))
    scope = to("scope", f"/admin/scopes/{foreign_scope.id}")
    assert codes(anna.post(users, body(world, scope))) == ["SCOPE-1"]
    vdc = world.virtual_datacenter(theirs, "Theirs")
    place = to("virtualdatacenter", f"/cloud/virtualdatacenters/{vdc.id}")
    assert codes(anna.post(users, body(world, place))) == ["VDC-0"]
