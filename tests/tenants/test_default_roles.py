"""What the four roles that every installation begins with may do."""

import csv

import pytest

from core.api.verbs import Verb
from tenants.models import Privilege
from tenants.services.default_roles import DEFAULT_ROLES, SOURCE
from tenants.services.grants import names_of
from tests.api.addresses import addresses, methods_of

SIZES = {"CLOUD_ADMIN": 182, "ENTERPRISE_ADMIN": 83, "USER": 41, "ENTERPRISE_VIEWER": 17}


@pytest.fixture(scope="module")
def table() -> dict[str, set[str]]:
    """The default roles that hold it, by privilege."""
    with SOURCE.open(newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t"))
    by_name = {row["privilege"]: set(filter(None, row["default_roles"].split(","))) for row in rows}
    assert len(by_name) == len(rows)
    return by_name


@pytest.mark.parametrize("name", DEFAULT_ROLES)
def test_a_default_role_holds_exactly_what_the_table_gives_it(world, table, name):
    due = {privilege for privilege, roles in table.items() if name in roles}
    assert set(names_of(world.roles[name])) == due
    assert len(due) == SIZES[name]


def test_the_table_names_each_privilege_once_and_default_roles_only(world, table):
    assert set(world.roles) == set().union(*table.values()) == set(DEFAULT_ROLES)
    assert set(Privilege.objects.values_list("name", flat=True)) == set(table)


def test_each_default_role_holds_all_of_those_below_it(world):
    mighty, admin, user, viewer = (set(names_of(world.roles[name])) for name in DEFAULT_ROLES)
    assert viewer - {"ENTERPRISE_RESOURCE_SUMMARY_ENT"} < user < admin < mighty
    assert [name for name, role in world.roles.items() if role.blocked] == ["CLOUD_ADMIN"]


def test_every_privilege_that_an_address_asks_for_exists(table):
    asking = [getattr(view, method) for _template, view, _names in addresses() for method in methods_of(view)]
    verbs = [getattr(each, "verb", None) for each in asking]
    asked = {verb.privilege for verb in verbs if isinstance(verb, Verb) and verb.privilege}
    assert asked and asked <= set(table)
