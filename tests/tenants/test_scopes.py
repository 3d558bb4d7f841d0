"""Scopes: who may change which, and what keeps one from being changed or deleted."""

import pytest

from events.models import Event
from infrastructure.services import create_datacenter
from tenants.models import Scope
from tenants.services import (
    create_enterprise,
    create_scope,
    delete_scope,
    load_scope,
    update_scope,
)
from tests.resellers import administrator_of
from tests.tenants.refusing import refusal


@pytest.fixture
def root(world):
    return world.cloud_admin


def test_a_scope_reaches_what_it_was_given_and_tells_what_changed(world, root):
    scope = create_scope(actor=root, name="North", enterprises=[world.acme], locations=[world.datacenter])

    update_scope(actor=root, scope=scope, name="South", enterprises=[world.rival], locations=[])

    assert list(scope.enterprises.all()) == [world.rival]
    assert not scope.datacenters.exists()
    event = Event.objects.filter(kind="scope.changed").first()
    assert event.changes == {
        "name": ["North", "South"],
        "enterprises": [["Acme"], ["Rival"]],
        "locations": [["North"], []],
    }


def test_what_is_not_given_stays(world, root):
    scope = create_scope(actor=root, name="North", enterprises=[world.acme])

    update_scope(actor=root, scope=scope, takes_new_datacenters=True)

    scope.refresh_from_db()
    assert (scope.name, scope.takes_new_datacenters) == ("North", True)
    assert list(scope.enterprises.all()) == [world.acme]


@pytest.mark.parametrize("name", ["", "   ", "n" * 129])
def test_a_scope_needs_a_name_of_reasonable_length(root, name):
    assert refusal(create_scope, actor=root, name=name) == "GEN-2"


def test_a_name_is_given_once(root):
    first, second = create_scope(actor=root, name="One"), create_scope(actor=root, name="Two")

    assert refusal(create_scope, actor=root, name="One") == "SCOPE-0"
    assert refusal(update_scope, actor=root, scope=second, name="One") == "SCOPE-0"
    assert refusal(update_scope, actor=root, scope=first, name="One") == ""


def test_the_unlimited_scope_stays_as_it_is(root):
    other = create_scope(actor=root, name="Other")

    assert refusal(update_scope, actor=root, scope=root.scope, name="Mine") == "SCOPE-3"
    assert refusal(update_scope, actor=root, scope=root.scope, parent=other) == "SCOPE-20"
    assert refusal(delete_scope, actor=root, scope=root.scope) == "SCOPE-2"


def test_a_scope_is_never_above_itself(root):
    top = create_scope(actor=root, name="Top")
    middle = create_scope(actor=root, name="Middle", parent=top)
    low = create_scope(actor=root, name="Low", parent=middle)

    assert refusal(update_scope, actor=root, scope=top, parent=top) == "SCOPE-18"
    assert refusal(update_scope, actor=root, scope=top, parent=low) == "SCOPE-18"
    assert refusal(update_scope, actor=root, scope=low, parent=top) == ""


@pytest.mark.parametrize("use", ["SCOPE-17", "SCOPE-12", "SCOPE-19", ""])
def test_a_scope_in_use_is_not_deleted(world, root, use):
    scope = create_scope(actor=root, name="Used")
    if use == "SCOPE-17":
        administrator_of(world, world.acme, scope, "della")
    elif use == "SCOPE-12":
        create_enterprise(actor=root, name="Placed", default_scope=scope)
    elif use == "SCOPE-19":
        create_scope(actor=root, name="Beneath", parent=scope)

    assert refusal(delete_scope, actor=root, scope=scope) == use
    assert Scope.objects.filter(name="Used").exists() == bool(use)


def test_an_enterprise_stays_while_a_user_of_it_has_the_scope(world, root):
    scope = create_scope(actor=root, name="Shared", enterprises=[world.acme, world.rival])
    administrator_of(world, world.acme, scope, "della")

    assert refusal(update_scope, actor=root, scope=scope, enterprises=[world.rival]) == "SCOPE-10"
    assert refusal(update_scope, actor=root, scope=scope, enterprises=[world.acme]) == ""


def test_an_enterprise_stays_in_its_default_scope(root):
    scope = create_scope(actor=root, name="Home")
    placed = create_enterprise(actor=root, name="Placed", default_scope=scope)

    assert refusal(update_scope, actor=root, scope=scope, enterprises=[]) == "SCOPE-13"
    assert list(scope.enterprises.all()) == [placed]


def test_who_lacks_the_privilege_changes_no_scope(world):
    scope = load_scope("Any")
    for function, fields in (
        (create_scope, {"name": "New"}),
        (update_scope, {"scope": scope, "name": "New"}),
    ):
        assert refusal(function, actor=world.admin, **fields) == "GEN-4"
    assert refusal(delete_scope, actor=world.admin, scope=scope) == "GEN-4"


def test_what_is_new_lands_in_the_scopes_that_take_it(root):
    taking = create_scope(actor=root, name="All", takes_new_enterprises=True, takes_new_datacenters=True)

    create_enterprise(actor=root, name="Late")
    create_datacenter(actor=root, name="Late")

    assert list(taking.enterprises.values_list("name", flat=True)) == ["Late"]
    assert list(taking.datacenters.values_list("name", flat=True)) == ["Late"]
