"""Scopes over REST, as clients know them."""

import pytest

from tenants.models import Scope
from tenants.services import create_scope
from tests.api_user import ApiUser, codes, link
from tests.resellers import administrator_of, reselling

SCOPES = "/api/admin/scopes"


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


def entities(document) -> set[tuple[str, int]]:
    return {(each["type"], each["idResource"]) for each in document["scopeEntities"]}


def test_a_scope_is_created_read_changed_and_deleted(world, root):
    wanted = [
        {"idResource": world.acme.id, "type": "ENTERPRISE", "links": []},
        {"idResource": str(world.datacenter.id), "type": "datacenter"},
    ]
    body = {"name": "scope-1", "automaticAddDatacenter": False, "automaticAddEnterprise": True}

    made = root.post(SCOPES, body | {"scopeEntities": wanted, "links": []})

    assert (made.status_code, made["Location"]) == (201, link(made, "edit"))
    told = root.get(made["Location"]).json()
    assert entities(told) == {("ENTERPRISE", world.acme.id), ("DATACENTER", world.datacenter.id)}
    assert (told["automaticAddEnterprise"], told["automaticAddDatacenter"], told["unlimited"]) == (
        True,
        False,
        False,
    )
    assert link(told["scopeEntities"][0], "scope") == made["Location"]

    changed = root.put(made["Location"], told | {"name": "scope-2", "scopeEntities": []})
    assert (changed.status_code, changed.json()["name"], changed.json()["scopeEntities"]) == (
        200,
        "scope-2",
        [],
    )
    assert root.delete(made["Location"]).status_code == 204
    assert root.get(made["Location"]).status_code == 404


def test_entities_that_are_not_sent_stay(world, root):
    scope = create_scope(actor=world.cloud_admin, name="North", enterprises=[world.acme])

    changed = root.put(f"{SCOPES}/{scope.id}", {"name": "South"}).json()

    assert entities(changed) == {("ENTERPRISE", world.acme.id)}


def test_the_parent_is_a_link_which_moves_the_scope(world, root):
    top, low = (create_scope(actor=world.cloud_admin, name=name) for name in ("top", "low"))
    parent = {"rel": "scopeParent", "href": f"{SCOPES}/{top.id}"}

    moved = root.put(f"{SCOPES}/{low.id}", {"links": [parent]})
    assert root.get(link(moved, "scopeParent")).json()["name"] == "top"

    circle = {"rel": "scopeParent", "href": f"{SCOPES}/{low.id}"}
    refused = root.put(f"{SCOPES}/{top.id}", {"links": [circle]})
    assert (refused.status_code, codes(refused)) == (400, ["SCOPE-18"])

    freed = root.put(f"{SCOPES}/{low.id}", {"links": [parent | {"href": ""}]}).json()
    assert "scopeParent" not in {each["rel"] for each in freed["links"]}


def test_all_scopes_come_without_pages(root, world):
    for number in range(30):
        create_scope(actor=world.cloud_admin, name=f"scope {number:02}")

    paged, whole = root.get(SCOPES).json(), root.get(f"{SCOPES}?limit=0").json()

    assert (len(paged["collection"]), paged["totalSize"]) == (25, 31)
    assert (len(whole["collection"]), whole["links"]) == (31, [])
    assert [each["name"] for each in root.get(f"{SCOPES}?has=pe+07").json()["collection"]] == ["scope 07"]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ([{"type": "RACK", "idResource": 1}], 400, "SCOPE-7"),
        ([{"type": "ENTERPRISE"}], 400, "SCOPE-7"),
        ([{"type": "ENTERPRISE", "idResource": 2**63}], 400, "SCOPE-7"),
        (["ENTERPRISE"], 400, "SCOPE-7"),
        ([{"type": "ENTERPRISE", "idResource": 987654}], 404, "EN-0"),
        ([{"type": "DATACENTER", "idResource": 987654}], 404, "DC-0"),
        ("everything", 400, "GEN-2"),
    ],
)
def test_entities_that_are_none_are_refused(root, sent, status, code):
    answer = root.post(SCOPES, {"name": "New", "scopeEntities": sent})
    assert (answer.status_code, codes(answer)) == (status, [code])
    assert not Scope.objects.filter(name="New").exists()


def test_foreign_things_are_not_found(world, root):
    reselling(world)
    beside = create_scope(actor=world.cloud_admin, name="Beside")
    resi, foreign = ApiUser("resi"), [{"type": "ENTERPRISE", "idResource": world.acme.id}]

    assert [each["name"] for each in resi.get(SCOPES).json()["collection"]] == ["Resold"]
    assert resi.get(f"{SCOPES}/{beside.id}").status_code == 404
    assert resi.put(f"{SCOPES}/{beside.id}", {"name": "Mine"}).status_code == 404
    assert resi.delete(f"{SCOPES}/{beside.id}").status_code == 404
    assert codes(resi.post(SCOPES, {"name": "New", "scopeEntities": foreign})) == ["EN-0"]
    beneath = {"name": "New", "links": [{"rel": "scopeParent", "href": f"{SCOPES}/{beside.id}"}]}
    assert codes(resi.post(SCOPES, beneath)) == ["SCOPE-1"]


def test_what_lies_above_ones_own_scope_is_not_named(world, root):
    sold = reselling(world)
    above = create_scope(actor=world.cloud_admin, name="Secret place")
    root.put(f"{SCOPES}/{sold.scope.id}", {"links": [{"rel": "scopeParent", "href": f"{SCOPES}/{above.id}"}]})

    assert b"Secret" in root.get(f"{SCOPES}/{sold.scope.id}").content
    assert b"Secret" not in ApiUser("resi").get(f"{SCOPES}/{sold.scope.id}").content


def test_a_scope_tells_its_users_nothing_of_what_they_do_not_know(world, root):
    scope = create_scope(actor=world.cloud_admin, name="Shared", enterprises=[world.acme, world.rival])
    role, _user = administrator_of(world, world.acme, scope, "della")
    role.privileges.set(world.roles["ENTERPRISE_ADMIN"].privileges.all())

    (told,) = ApiUser("della").get(SCOPES).json()["collection"]

    assert (told["name"], told["scopeEntities"]) == ("Shared", [])
    assert ApiUser("della").post(SCOPES, {"name": "Mine"}).status_code == 403
    assert ApiUser("della").delete(f"{SCOPES}/{scope.id}").status_code == 403


def test_from_which_networks_the_scope_may_be_used_is_said_and_kept(world, root):
    made = root.post(SCOPES, {"name": "Office", "allowedCidrs": ["192.0.2.7/24"]}).json()
    assert made["allowedCidrs"] == ["192.0.2.0/24"]

    kept = root.put(link(made, "edit"), {"name": "Offices"}).json()
    refused = root.put(link(made, "edit"), {"name": "Offices", "allowedCidrs": ["everywhere"]})
    opened = root.put(link(made, "edit"), {"name": "Offices", "allowedCidrs": []}).json()

    assert (kept["allowedCidrs"], opened["allowedCidrs"]) == (["192.0.2.0/24"], [])
    assert (refused.status_code, codes(refused)) == (400, ["GEN-2"])


def test_networks_of_scopes_take_a_right_of_their_own(world):
    sold = reselling(world)
    part = create_scope(actor=world.cloud_admin, name="Part", parent=sold.scope)
    client = ApiUser(sold.resi.nick)

    refused = client.put(f"{SCOPES}/{part.id}", {"name": "Part", "allowedCidrs": ["192.0.2.0/24"]})

    assert refused.status_code == 403
    assert client.put(f"{SCOPES}/{part.id}", {"name": "Part 2", "allowedCidrs": []}).status_code == 200
