"""Whoever is confined by a scope changes what lies beneath it: never their own, never beside it."""

import pytest

from infrastructure.models import Datacenter
from infrastructure.services import create_datacenter
from tenants.models import Scope
from tenants.services import create_scope, delete_scope, update_scope
from tests.resellers import reselling
from tests.tenants.refusing import refusal


@pytest.fixture
def sold(world):
    return reselling(world)


def test_whoever_is_confined_makes_scopes_beneath_their_own(sold):
    made = create_scope(actor=sold.resi, name="Part")
    deeper = create_scope(actor=sold.resi, name="Part of a part", parent=made)

    assert (made.parent, deeper.parent) == (sold.scope, made)


def test_whoever_is_confined_changes_moves_and_deletes_there(sold):
    one, two = (create_scope(actor=sold.resi, name=name) for name in ("One", "Two"))

    update_scope(actor=sold.resi, scope=two, name="Three", parent=one)
    assert one.children.get().name == "Three"
    delete_scope(actor=sold.resi, scope=two)
    assert not one.children.exists()


def test_whoever_is_confined_does_not_change_their_own(sold):
    assert refusal(update_scope, actor=sold.resi, scope=sold.scope, name="Mine") == "SCOPE-8"
    assert refusal(delete_scope, actor=sold.resi, scope=sold.scope) == "SCOPE-11"


def test_whoever_is_confined_does_not_reach_beside_it(world, sold):
    beside = create_scope(actor=world.cloud_admin, name="Beside")
    made = create_scope(actor=sold.resi, name="Part")

    assert refusal(update_scope, actor=sold.resi, scope=beside, name="Mine") == "SCOPE-8"
    assert refusal(delete_scope, actor=sold.resi, scope=beside) == "SCOPE-11"
    assert refusal(create_scope, actor=sold.resi, name="There", parent=beside) == "SCOPE-1"
    assert refusal(update_scope, actor=sold.resi, scope=made, parent=beside) == "SCOPE-1"


def test_whoever_is_confined_moves_nothing_to_the_top(sold):
    one = create_scope(actor=sold.resi, name="One")
    two = create_scope(actor=sold.resi, name="Two", parent=one)

    update_scope(actor=sold.resi, scope=two, parent=None)

    two.refresh_from_db()
    assert two.parent == sold.scope


def test_whoever_is_confined_puts_in_only_what_they_reach(world, sold):
    foreign = {"enterprises": [world.acme]}
    locations = {"locations": [world.datacenter]}

    assert refusal(create_scope, actor=sold.resi, name="Grab", **foreign) == "EN-0"
    assert refusal(create_scope, actor=sold.resi, name="Grab", **locations) == "DC-0"
    assert not Scope.objects.filter(name="Grab").exists()


def test_whoever_is_confined_hands_on_no_location_that_they_merely_use(world):
    sold = reselling(world, "PHYS_DC_ENUMERATE", "PHYS_DC_RETRIEVE_DETAILS")
    used, governed = world.datacenter, create_datacenter(actor=None, name="Governed")
    used.enterprises.add(sold.reseller)
    sold.scope.datacenters.add(governed)
    assert set(Datacenter.objects.visible_to(sold.resi)) == {used, governed}

    assert refusal(create_scope, actor=sold.resi, name="A", locations=[used]) == "DC-0"
    assert refusal(create_scope, actor=sold.resi, name="B", locations=[governed]) == ""


def test_whoever_is_confined_takes_in_nothing_new_of_everybody(sold):
    for flag in ("takes_new_enterprises", "takes_new_datacenters"):
        assert refusal(create_scope, actor=sold.resi, name="All", **{flag: True}) == "SCOPE-8"


def test_whoever_is_confined_sees_what_they_made_and_nothing_beside(world, sold):
    create_scope(actor=world.cloud_admin, name="Beside")
    create_scope(actor=sold.resi, name="Part")

    assert set(Scope.objects.visible_to(sold.resi).values_list("name", flat=True)) == {"Resold", "Part"}
