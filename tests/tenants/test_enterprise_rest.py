"""Enterprises over REST beyond their limits: rules, marks, place, properties, lists."""

import pytest

from tenants.services import create_enterprise, create_scope
from tests.api_user import ApiUser, codes, link
from tests.resellers import reselling

ENTERPRISES = "/api/admin/enterprises"


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def sold(world):
    return reselling(world)


def to_scope(scope) -> dict[str, str]:
    return {"rel": "defaultscope", "href": f"/api/admin/scopes/{scope.id}"}


def names(answer) -> list[str]:
    return [each["name"] for each in answer.json()["collection"]]


FLAGS = ("isReservationRestricted", "workflow", "twoFactorAuthenticationMandatory", "reseller", "keynode")


@pytest.mark.parametrize("flag", FLAGS)
def test_every_rule_and_mark_is_written_and_told(root, flag):
    made = root.post(ENTERPRISES, {"name": "New", flag: True}).json()
    assert {name: made[name] for name in FLAGS} == {name: name == flag for name in FLAGS}

    changed = root.put(link(made, "edit"), made | {flag: False})
    assert (changed.status_code, changed.json()[flag]) == (200, False)


def test_the_place_in_the_tree_is_a_link(world, root):
    scope = create_scope(actor=world.cloud_admin, name="North")

    made = root.post(ENTERPRISES, {"name": "New", "links": [to_scope(scope)]}).json()

    assert root.get(link(made, "defaultscope")).json()["name"] == "North"
    other = create_scope(actor=world.cloud_admin, name="South")
    changed = root.put(link(made, "edit"), {"links": [to_scope(other)]})
    assert link(changed, "defaultscope").endswith(f"/scopes/{other.id}")


def test_what_a_reseller_creates_is_its_own_to_see(world, sold):
    resi = ApiUser("resi")
    assert world.acme.pk

    made = resi.post(ENTERPRISES, {"name": "Customer", "cpuSoft": 2, "cpuHard": 4})

    assert made.status_code == 201
    assert link(made, "defaultscope").endswith(f"/scopes/{sold.scope.id}")
    assert names(resi.get(ENTERPRISES)) == ["Customer", "Reseller"]
    assert names(ApiUser(world.admin.nick).get(ENTERPRISES)) == ["Acme"]


def test_a_foreign_scope_is_not_found_as_a_place(world, sold):
    beside = create_scope(actor=world.cloud_admin, name="Beside")

    answer = ApiUser("resi").post(ENTERPRISES, {"name": "Customer", "links": [to_scope(beside)]})

    assert (answer.status_code, codes(answer)) == (404, ["SCOPE-1"])


def test_a_scope_beyond_ones_own_is_not_named(world, sold):
    beside = create_scope(actor=world.cloud_admin, name="Secret place")
    shared = create_enterprise(actor=world.cloud_admin, name="Shared", default_scope=beside)
    sold.scope.enterprises.add(shared)

    for address in (ENTERPRISES, f"{ENTERPRISES}/{shared.id}"):
        assert b"Secret" not in ApiUser("resi").get(address).content


def test_lists_are_searched_by_name_and_by_scope(world, sold, root):
    assert [world.acme.pk, world.rival.pk]
    assert names(root.get(f"{ENTERPRISES}?has=cm")) == ["Acme"]
    assert names(root.get(f"{ENTERPRISES}?idScope={sold.scope.id}")) == ["Reseller"]
    assert names(root.get(f"{ENTERPRISES}?by=name&asc=false&limit=2")) == ["Rival", "Reseller"]
    beside = create_scope(actor=world.cloud_admin, name="Beside", enterprises=[sold.reseller])
    assert names(ApiUser("resi").get(f"{ENTERPRISES}?idScope={beside.id}")) == []


def test_the_short_list_has_names_and_addresses(world, root):
    assert world.acme.pk
    answer = root.get(f"{ENTERPRISES}?has=acme", Accept="application/vnd.abiquo.enterprises-id-name+json")

    (short,) = answer.json()["collection"]
    assert (short["id"], short["name"], short["cpuHard"]) == (world.acme.id, "Acme", 0)
    assert [each["rel"] for each in short["links"]] == ["edit"]


def test_properties_are_replaced_as_a_whole(world, root):
    address = f"{ENTERPRISES}/{world.acme.id}/properties"
    root.put(address, {"properties": {"key1": "val1", "key2": "val2"}})

    answer = root.put(address, {"id": 9, "properties": {"Property key": "Property value"}})

    assert answer.status_code == 200
    told = root.get(address).json()
    assert told["properties"] == {"Property key": "Property value"}
    assert root.get(link(told, "enterprise")).json()["name"] == "Acme"
    assert told["links"][0]["type"] == "application/vnd.abiquo.enterpriseproperties+json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"properties": {"": "v"}}, 400, "ENPROP-3"),
        ({"properties": {"k": ["v"]}}, 400, "ENPROP-5"),
        ({"properties": ["k"]}, 400, "GEN-2"),
        ({}, 400, "ENPROP-1"),
    ],
)
def test_properties_that_are_none_are_refused(world, root, body, status, code):
    answer = root.put(f"{ENTERPRISES}/{world.acme.id}/properties", body)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_a_tenant_reads_its_properties_and_changes_none(world):
    anna, address = ApiUser(world.admin.nick), f"{ENTERPRISES}/{world.acme.id}/properties"
    assert anna.get(address).json()["properties"] == {}
    assert anna.put(address, {"properties": {"k": "v"}}).status_code == 403
    assert anna.get(f"{ENTERPRISES}/{world.rival.id}/properties").status_code == 404


def test_an_enterprise_that_holds_something_is_not_deleted(world, root):
    answer = root.delete(f"{ENTERPRISES}/{world.vdc.enterprise_id}")
    assert (answer.status_code, codes(answer)) == (409, ["ENTERPRISE-5"])
