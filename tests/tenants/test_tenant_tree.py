"""The tenant tree: computed from default scopes, shown as far as one sees, cheap however large it is."""

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tenants.models import Enterprise, Scope
from tenants.services import create_enterprise, create_scope
from tenants.tree import grow, pruned
from tenants.ui.tree_pages import tree_of
from tests.browsing import browser_of
from tests.resellers import reselling


def scope(number: int, parent: int | None = None, name: str = "") -> dict:
    return {"id": number, "name": name or f"scope {number}", "parent_id": parent, "unlimited": False}


def enterprise(number: int, place: int | None, *marks: str, name: str = "") -> dict:
    marked = {mark: mark in marks for mark in ("is_reseller", "is_key_node")}
    return {"id": number, "name": name or f"enterprise {number}", "default_scope_id": place} | marked


PARENTS = st.lists(st.integers(0, 30), max_size=30)
PLACES = st.lists(st.tuples(st.integers(0, 31), st.booleans(), st.booleans()), max_size=30)


@given(PARENTS, PLACES)
def test_nothing_is_lost_and_the_nearest_above_are_found(parents, places):
    above = {number: (seed % number or None) for number, seed in enumerate(parents, start=1)}
    scopes = [scope(number, parent) for number, parent in above.items()]
    enterprises = [
        enterprise(number, place, *[m for m, on in (("is_reseller", a), ("is_key_node", b)) if on])
        for number, (place, a, b) in enumerate(places)
    ]

    tree = grow(scopes, enterprises)

    branches = {branch.scope["id"]: branch for branch in tree.walk()}
    assert branches.keys() == above.keys()
    assert sum(root.beneath for root in tree.roots) + len(tree.unplaced) == len(enterprises)
    for number, branch in branches.items():
        for flag, found in (("is_reseller", branch.reseller), ("is_key_node", branch.key_node)):
            here, nearest = number, None
            while here is not None and nearest is None:
                nearest = next((e for e in enterprises if e["default_scope_id"] == here and e[flag]), None)
                here = above[here]
            assert found == nearest


def test_a_scope_whose_parent_is_out_of_sight_is_a_root():
    tree = grow([scope(2, parent=1), scope(3, parent=2)], [enterprise(1, 3), enterprise(2, 1)])

    assert [root.scope["id"] for root in tree.roots] == [2]
    assert [each["id"] for each in tree.unplaced] == [2]
    assert tree.branch(3).members == [enterprise(1, 3)]
    assert tree.branch(1) is None


def test_a_search_keeps_the_way_to_what_it_finds():
    scopes = [scope(1, name="North"), scope(2, 1, name="Far North"), scope(3, name="South")]
    places = (("Acme", 2), ("Other", 2), ("Rival", 3))
    enterprises = [enterprise(number, place, name=name) for number, (name, place) in enumerate(places)]
    tree = grow(scopes, enterprises)

    found = pruned(tree, lambda name: "acme" in name.lower())
    assert [branch.scope["name"] for branch in found.walk()] == ["North", "Far North"]
    assert [each["name"] for each in found.branch(2).members] == ["Acme"]

    whole = pruned(tree, lambda name: "far" in name.lower())
    assert [each["name"] for each in whole.branch(2).members] == ["Acme", "Other"]


@pytest.fixture
def forest(world):
    """2,000 scopes, six deep, each with an enterprise."""
    above: list[Scope | None] = [None]
    for depth, width in enumerate((8, 40, 160, 400, 600, 792)):
        named = [(f"scope {depth}.{number}", above[number % len(above)]) for number in range(width)]
        above = Scope.objects.bulk_create(Scope(name=name, parent=parent) for name, parent in named)
    scopes = list(Scope.objects.filter(name__startswith="scope"))
    Enterprise.objects.bulk_create(Enterprise(name=f"of {each.name}", default_scope=each) for each in scopes)
    return scopes


def test_two_thousand_scopes_six_deep_take_as_many_queries_as_two(world, forest, django_assert_num_queries):
    assert world.cloud_admin.privileges and len(forest) == 2000
    with django_assert_num_queries(2):
        tree = tree_of(world.cloud_admin)
    assert sum(root.beneath for root in tree.roots) == 2000


def test_a_large_tree_is_not_sent_whole(world, forest):
    page = browser_of(world.cloud_admin).get(reverse("tenants:tree"))

    assert page.status_code == 200
    assert len(page.content) < 400_000
    assert "2001 enterprises" in page.content.decode().replace("\xa0", "").replace(",", "")


def test_the_page_costs_the_same_queries_for_small_and_large(world, connection_queries):
    client = browser_of(world.cloud_admin)
    create_enterprise(actor=world.cloud_admin, name="First")
    small = connection_queries(client, reverse("tenants:tree"))
    parent = None
    for number in range(12):
        parent = create_scope(actor=world.cloud_admin, name=f"scope {number}", parent=parent)
        create_enterprise(actor=world.cloud_admin, name=f"enterprise {number}", default_scope=parent)

    assert connection_queries(client, reverse("tenants:tree")) == small


@pytest.fixture
def connection_queries(world):
    from django.db import connection

    def count(client, path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    return count


def test_a_reseller_sees_its_own_branch_alone(world):
    sold = reselling(world)
    assert [world.acme.pk, world.rival.pk]
    create_enterprise(actor=sold.resi, name="Customer")
    beside = create_scope(actor=world.cloud_admin, name="Beside")
    client = browser_of(sold.resi)

    page = client.get(reverse("tenants:tree")).content.decode()

    assert all(name in page for name in ("Resold", "Customer", "Reseller"))
    assert not any(name in page for name in ("Beside", "Acme", "Unlimited"))
    assert "Acme" not in client.get(reverse("tenants:tree"), {"q": "acm"}).content.decode()
    assert client.get(reverse("tenants:tree_branch", args=[beside.id])).status_code == 404
    assert "Customer" in client.get(reverse("tenants:tree_branch", args=[sold.scope.id])).content.decode()


def test_tenants_have_no_tree(world):
    client = browser_of(world.admin)
    assert client.get(reverse("tenants:tree")).status_code == 403
    assert reverse("tenants:tree") not in client.get(reverse("portal:dashboard")).content.decode()
