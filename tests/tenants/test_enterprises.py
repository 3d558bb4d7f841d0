"""Enterprises: who makes and changes which, what keeps one from being deleted, properties, places."""

import pytest

from events.models import Event
from infrastructure.models import Datacenter
from infrastructure.services import allow_location, close_to, open_to
from tenants.lineage import key_node_of, reseller_of
from tenants.models import Enterprise, User
from tenants.services import (
    create_enterprise,
    create_scope,
    delete_enterprise,
    set_properties,
    switch_enterprise,
    update_enterprise,
)
from tests.resellers import administrator_of, reselling
from tests.tenants.people import acting
from tests.tenants.refusing import refusal

LIMITED = {"vcpus_soft": 4, "vcpus_hard": 8}


@pytest.fixture
def root(world):
    return world.cloud_admin


@pytest.fixture
def sold(world):
    return reselling(world)


def test_what_a_reseller_creates_lands_in_its_scope_and_is_seen(sold):
    made = create_enterprise(actor=sold.resi, name="Customer", **LIMITED)

    assert made.default_scope == sold.scope
    assert set(Enterprise.objects.visible_to(sold.resi)) == {sold.reseller, made}
    assert (reseller_of(made), key_node_of(made)) == (sold.reseller, None)


def test_it_may_land_beneath_but_not_beside(world, sold):
    beneath = create_scope(actor=sold.resi, name="Part")
    beside = create_scope(actor=world.cloud_admin, name="Beside")

    made = create_enterprise(actor=sold.resi, name="Customer", default_scope=beneath)

    assert list(beneath.enterprises.all()) == [made]
    fields = {"actor": sold.resi, "default_scope": beside}
    assert refusal(create_enterprise, name="Other", **fields) == "SCOPE-1"
    assert refusal(update_enterprise, enterprise=made, **fields) == "SCOPE-1"


def test_who_could_not_see_it_does_not_create_it(world):
    _role, lost = administrator_of(world, world.acme, None, "lost")

    assert refusal(create_enterprise, actor=lost, name="Nowhere") == "GEN-4"


def test_another_place_keeps_the_enterprise_in_its_old_scope_too(root):
    old, new = (create_scope(actor=root, name=name) for name in ("Old", "New"))
    placed = create_enterprise(actor=root, name="Placed", default_scope=old)

    update_enterprise(actor=root, enterprise=placed, default_scope=new)

    assert set(placed.scopes.all()) == {old, new}
    event = Event.objects.filter(kind="enterprise.changed").first()
    assert event.changes == {"default_scope": ["Old", "New"]}


@pytest.mark.parametrize(
    ("mark", "privilege"),
    [("is_reseller", "ENTERPRISE_MANAGE_RESELLER"), ("is_key_node", "ENTERPRISE_MANAGE_KEY_NODE")],
)
def test_resellers_and_key_nodes_are_marked_by_who_may(world, mark, privilege):
    _role, plain = administrator_of(world, world.acme, world.cloud_admin.scope, "plain")
    _role, marker = administrator_of(world, world.acme, world.cloud_admin.scope, "marker", privilege)

    assert refusal(create_enterprise, actor=plain, name="Marked", **{mark: True}) == "GEN-4"
    assert refusal(update_enterprise, actor=plain, enterprise=world.rival, **{mark: True}) == "GEN-4"
    assert refusal(update_enterprise, actor=marker, enterprise=world.rival, **{mark: True}) == ""
    assert refusal(update_enterprise, actor=plain, enterprise=world.rival, **{mark: True}) == ""


@pytest.mark.parametrize(
    "change", [{"vcpus_soft": 900}, {"is_key_node": True}, {"reservation_restricted": True}]
)
def test_a_reseller_grants_itself_nothing(world, change):
    sold = reselling(world, "ENTERPRISE_MANAGE_KEY_NODE")
    assert refusal(update_enterprise, actor=sold.resi, enterprise=sold.reseller, **change) == "GEN-4"
    assert refusal(update_enterprise, actor=sold.resi, enterprise=sold.reseller, name="Renamed") == ""


def test_a_reseller_hands_on_its_locations_but_takes_none(world, sold):
    made = create_enterprise(actor=sold.resi, name="Customer")
    place = {"actor": sold.resi, "datacenter": world.datacenter}
    assert refusal(open_to, enterprise=made, **place) == "DC-0"
    assert refusal(open_to, enterprise=sold.reseller, **place) == "DC-0"

    open_to(actor=world.cloud_admin, datacenter=world.datacenter, enterprise=sold.reseller)

    assert refusal(open_to, enterprise=made, **place) == ""
    assert refusal(close_to, enterprise=made, **place) == ""
    assert refusal(close_to, enterprise=sold.reseller, **place) == "GEN-4"
    assert refusal(open_to, enterprise=world.acme, **place) == "EN-0"
    kinds = set(Event.objects.filter(subject_id=made.id).values_list("kind", flat=True))
    assert {"enterprise.location_opened", "enterprise.location_closed"} <= kinds


def test_who_works_in_an_enterprise_for_a_while_hands_on_nothing_of_its_locations(world, sold):
    visited, other = [create_enterprise(actor=sold.resi, name=name) for name in ("Visited", "Other")]
    open_to(actor=world.cloud_admin, datacenter=world.datacenter, enterprise=visited)
    switch_enterprise(actor=sold.resi, enterprise=visited)
    resi = acting(sold.resi)
    assert Datacenter.objects.usable_by(resi).exists()

    place = {"actor": resi, "datacenter": world.datacenter}
    assert refusal(open_to, enterprise=other, **place) == "DC-0"
    assert refusal(allow_location, enterprise=other, **place) == "LIMIT-18"
    assert refusal(close_to, enterprise=visited, **place) == "DC-0"

    open_to(actor=world.cloud_admin, datacenter=world.datacenter, enterprise=sold.reseller)
    assert refusal(open_to, enterprise=other, **place) == ""
    assert refusal(close_to, enterprise=other, **place) == ""
    assert refusal(allow_location, enterprise=other, **place) == ""


def test_a_location_with_virtual_datacenters_is_not_closed(world, root):
    place = {"actor": root, "datacenter": world.vdc.datacenter, "enterprise": world.acme}
    assert refusal(close_to, **place) == "LIMIT-11"


def test_a_name_is_given_once(world, root):
    assert world.rival.pk
    assert refusal(create_enterprise, actor=root, name="Rival") == "ENTERPRISE-4"
    assert refusal(update_enterprise, actor=root, enterprise=world.acme, name="Rival") == "ENTERPRISE-4"
    assert refusal(create_enterprise, actor=root, name=" ") == "ENTERPRISE-7"


def test_what_changed_is_told_and_what_did_not_makes_no_event(world, root):
    update_enterprise(actor=root, enterprise=world.acme, name="Ajax", two_factor_required=True)
    update_enterprise(actor=root, enterprise=world.acme, name="Ajax", two_factor_required=True)

    event = Event.objects.get(kind="enterprise.changed")
    assert event.changes == {"name": ["Acme", "Ajax"], "two_factor_required": [False, True]}


def test_nobody_changes_what_they_do_not_know(world, sold):
    for function in (update_enterprise, delete_enterprise):
        assert refusal(function, actor=sold.resi, enterprise=world.acme) == "EN-0"
    assert refusal(set_properties, actor=sold.resi, enterprise=world.acme, properties={}) == "EN-0"


def test_an_enterprise_goes_with_its_users_and_leaves_its_scopes(world, sold):
    made = create_enterprise(actor=sold.resi, name="Customer")
    administrator_of(world, made, None, "della")

    delete_enterprise(actor=sold.resi, enterprise=made)

    assert not User.objects.filter(nick="della").exists()
    assert list(sold.scope.enterprises.all()) == [sold.reseller]
    seen = Event.objects.visible_to(sold.resi).filter(kind="enterprise.deleted")
    assert seen.get().subject_name == "Customer"


@pytest.mark.parametrize("why", ["ENTERPRISE-5", "ENTERPRISE-6", "ENTERPRISE-9"])
def test_some_enterprises_are_not_deleted(world, root, why):
    enterprise = world.acme
    if why == "ENTERPRISE-5":
        assert world.vdc.pk
    elif why == "ENTERPRISE-6":
        enterprise = world.provider
    else:
        User.objects.filter(pk=world.admin.pk).update(role=world.roles["CLOUD_ADMIN"])

    assert refusal(delete_enterprise, actor=root, enterprise=enterprise) == why
    assert Enterprise.objects.filter(pk=enterprise.pk).exists()


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"": "v"}, "ENPROP-3"),
        ({"k" * 101: "v"}, "ENPROP-5"),
        ({"k": "v" * 1001}, "ENPROP-5"),
        ({"k": {"deep": 1}}, "ENPROP-5"),
        ({"k": True}, "ENPROP-5"),
        ({str(number): "v" for number in range(101)}, "ENPROP-5"),
        ({" customer ": 7, "empty": ""}, ""),
    ],
)
def test_properties_are_texts_by_name(world, root, properties, code):
    found = refusal(set_properties, actor=root, enterprise=world.acme, properties=properties)
    world.acme.refresh_from_db()
    assert (found, world.acme.properties) == (code, {} if code else {"customer": "7", "empty": ""})


def test_who_may_not_set_properties_does_not(world):
    assert refusal(set_properties, actor=world.admin, enterprise=world.acme, properties={}) == "GEN-4"


def test_the_nearest_reseller_and_key_node_are_found_upwards(root):
    scope, made = None, []
    for name, marks in (
        ("far", {"is_reseller": True}),
        ("near", {"is_reseller": True}),
        ("between", {"is_key_node": True}),
        ("last", {}),
    ):
        scope = create_scope(actor=root, name=name, parent=scope)
        made.append(create_enterprise(actor=root, name=name, default_scope=scope, **marks))
    far, near, between, last = made

    assert [reseller_of(each) for each in made] == [far, near, near, near]
    assert [key_node_of(each) for each in made] == [None, None, between, between]


def test_an_enterprise_without_a_place_belongs_to_nobody(world):
    assert (reseller_of(world.acme), key_node_of(world.acme)) == (None, None)
