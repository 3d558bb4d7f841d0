"""The demonstration: its tenant stands beneath the provider in the tree, and stays where it was put."""

import pytest
from django.core.management import call_command

from tenants.models import Enterprise, Scope, User
from tenants.services import create_scope, update_enterprise
from tenants.services.closure import relink_scope
from tenants.ui.tree_pages import tree_of


@pytest.fixture
def seed(world):
    def run() -> None:
        call_command("seed_demo", "--driver", "fake")

    run()
    return run


def shape(nick: str = "operator") -> list:
    """The tree this user sees: scope, its enterprises, and what lies beneath."""

    def told(branch) -> tuple:
        names = [each["name"] for each in branch.members]
        return branch.scope["name"], names, [told(below) for below in branch.branches]

    tree = tree_of(User.objects.actor(User.objects.get(nick=nick).pk))
    assert tree.unplaced == []
    return [told(root) for root in tree.roots]


EXPECTED = [("Unlimited", ["Atrium Hosting"], [("Demo", ["Demo"], [])])]


def test_the_tree_shows_who_serves_whom(seed):
    assert shape() == EXPECTED
    assert shape("dana") == [("Demo", ["Demo"], [])]


def test_a_demonstration_from_before_the_tree_is_put_into_it(seed):
    Enterprise.objects.update(default_scope=None)
    scope = Scope.objects.get(name="Demo")
    scope.parent = None
    scope.save()
    relink_scope(scope)

    seed()
    seed()

    assert shape() == EXPECTED


def test_what_somebody_put_elsewhere_stays_there(seed):
    operator = User.objects.actor(User.objects.get(nick="operator").pk)
    elsewhere = create_scope(actor=operator, name="Elsewhere")
    demo = Enterprise.objects.get(name="Demo")
    update_enterprise(actor=operator, enterprise=demo, default_scope=elsewhere)

    seed()

    assert Enterprise.objects.get(name="Demo").default_scope == elsewhere
