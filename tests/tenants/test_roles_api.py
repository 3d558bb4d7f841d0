"""Roles, privileges and external names over REST, with the bodies published clients send."""

import pytest

from tests.api_user import ApiUser, codes, link
from tests.tenants.people import STRONG, colleague, role_with

ROLES, NAMES = "/api/admin/roles", "/api/admin/rolesldap"
TYPE = "application/vnd.abiquo.{}+json"


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


def privilege_links(root, *names, rel="privilege"):
    """Links as clients copy them out of /config/privileges."""
    every = root.get("/api/config/privileges").json()["collection"]
    return [
        {"rel": rel, "href": link(each, "privilege"), "title": each["name"]}
        for each in every
        if each["name"] in names
    ]


def held(root, role):
    return {each["name"] for each in root.get(link(role, "privileges")).json()["collection"]}


def test_a_role_lives_from_its_creation_to_its_end(world, root):
    enterprise = {"rel": "enterprise", "href": f"/api/admin/enterprises/{world.acme.id}"}
    body = {
        "name": "Operators", "blocked": None, "externalRoles": ["cn=ops"], "allowedCidrs": ["192.0.2.0/24"],
        "links": [enterprise, *privilege_links(root, "VDC_ENUMERATE", "VAPP_PERFORM_ACTIONS")],
    }  # fmt: skip
    made = root.post(ROLES, body)
    assert (made.status_code, made["Location"]) == (201, link(made, "edit"))
    told = made.json()
    assert (told["name"], told["blocked"], told["idEnterprise"]) == ("Operators", False, world.acme.id)
    assert (told["externalRoles"], told["allowedCidrs"]) == (["cn=ops"], ["192.0.2.0/24"])
    assert held(root, made) == {"VDC_ENUMERATE", "VAPP_PERFORM_ACTIONS"}

    renamed = root.put(made["Location"], told | {"name": "Night shift"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Night shift")
    assert len(held(root, made)) == 2

    numbered = privilege_links(root, "VDC_MANAGE", rel="privilege7")
    assert root.put(made["Location"], told | {"links": numbered}).status_code == 200
    assert held(root, made) == {"VDC_MANAGE"}

    links = {"links": privilege_links(root, "VDC_ENUMERATE")}
    answer = root.put(link(made, "privileges"), links, content_type=TYPE.format("links"))
    assert answer.status_code == 204
    assert held(root, made) == {"VDC_ENUMERATE"}
    assert codes(root.delete(made["Location"])) == ["ROLE-5"]
    root.put(made["Location"], told | {"externalRoles": []})
    assert root.delete(made["Location"]).status_code == 204
    assert codes(root.get(made["Location"])) == ["ROLE-0"]


def test_a_role_with_its_name_in_a_directory_has_a_representation_of_its_own(root):
    of_it = TYPE.format("rolewithldap")
    made = root.post(ROLES, {"name": "Staff", "ldap": "cn=staff"}, content_type=of_it, Accept=of_it)
    assert (made.status_code, made["Content-Type"].split(";")[0]) == (201, of_it)
    assert (made.json()["ldap"], made.json()["idLdap"] > 0) == ("cn=staff", True)
    changed = root.put(made["Location"], made.json() | {"ldap": "cn=all"}, content_type=of_it, Accept=of_it)
    assert changed.json()["ldap"] == "cn=all"
    assert root.get(made["Location"]).json()["externalRoles"] == ["cn=all"]


def test_external_names_are_a_collection_of_their_own(world, root):
    role = {"rel": "role", "href": f"{ROLES}/{role_with(world, 'Staff').id}"}
    made = root.post(NAMES, {"roleLdap": "cn=staff", "links": [role]})
    assert (made.status_code, link(made, "role").endswith(role["href"])) == (201, True)
    root.post(NAMES, {"roleLdap": "cn=crew", "links": [role]})

    listed = root.get(f"{NAMES}?by=roleLdap&asc=false").json()
    assert [each["roleLdap"] for each in listed["collection"]] == ["cn=staff", "cn=crew"]
    assert root.get(ROLES, Accept=TYPE.format("rolesldap")).json()["totalSize"] == 2
    changed = root.put(link(made, "edit"), {"roleLdap": "cn=everybody"})
    assert changed.json()["roleLdap"] == "cn=everybody"
    assert root.delete(link(changed, "edit")).status_code == 204
    assert codes(root.get(link(changed, "edit"))) == ["ROLELDAP-0"]
    assert codes(root.post(NAMES, {"roleLdap": "cn=crew"})) == ["ROLE-11"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 409, "ROLE-9"),
        ({"name": "x" * 41}, 400, "ROLE-15"),
        ({"name": "USER"}, 409, "ROLE-7"),
        ({"name": "N", "links": [{"rel": "privilege", "href": "/api/config/privileges/0"}]}, 404,
         "PRIVILEGE-0"),
        ({"name": "N", "links": [{"rel": "enterprise", "href": "/api/admin/enterprises/0"}]}, 404, "EN-0"),
        ({"name": "N", "links": [{"rel": "privilege", "href": "/api/elsewhere"}]}, 400, "GEN-6"),
        ({"name": "N", "allowedCidrs": ["x"]}, 400, "GEN-2"),
    ],
)  # fmt: skip
def test_bodies_that_make_no_role_are_refused(root, body, status, code):
    answer = root.post(ROLES, body)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_a_blocked_role_can_not_be_changed(world, root):
    address = f"{ROLES}/{world.roles['CLOUD_ADMIN'].id}"
    assert codes(root.put(address, {"name": "Mine"})) == ["ROLE-1"]
    assert codes(root.delete(address)) == ["ROLE-3"]


def test_roles_of_other_enterprises_are_not_there_for_a_tenant(world):
    foreign = role_with(world, "Foreign", enterprise=world.rival)
    colleague(world, "chief", "USERS_MANAGE_ROLES", "USERS_VIEW")
    chief = ApiUser("chief", STRONG)
    for answer in (
        chief.get(f"{ROLES}/{foreign.id}"),
        chief.put(f"{ROLES}/{foreign.id}", {"name": "Mine"}),
        chief.delete(f"{ROLES}/{foreign.id}"),
        chief.get(f"{ROLES}/{foreign.id}/action/privileges"),
    ):
        assert (answer.status_code, codes(answer)) == (404, ["ROLE-0"])
    named = [each["name"] for each in chief.get(f"{ROLES}?limit=0").json()["collection"]]
    assert "Foreign" not in named
