"""The closure of the tree of scopes equals what the parents say, after whatever was done to the tree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from tenants.models import Scope, ScopeLink
from tenants.services import create_scope, delete_scope, update_scope

STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "move", "delete"]), st.integers(0, 9), st.integers(-1, 9)),
    max_size=14,
)


def closure_of_parents() -> set[tuple[int, int, int]]:
    parents = dict(Scope.objects.values_list("id", "parent_id"))
    links = set()
    for scope in parents:
        above, distance = scope, 0
        while above is not None:
            links.add((above, scope, distance))
            above, distance = parents[above], distance + 1
    return links


def take(step: tuple[str, int, int], actor, number: int) -> None:
    verb, which, where = step
    scopes = list(Scope.objects.filter(unlimited=False).order_by("id"))
    parent = scopes[where % len(scopes)] if scopes and where >= 0 else None
    if verb == "create":
        create_scope(actor=actor, name=f"scope {number}", parent=parent)
    elif scopes and verb == "move":
        update_scope(actor=actor, scope=scopes[which % len(scopes)], parent=parent)
    elif scopes:
        delete_scope(actor=actor, scope=scopes[which % len(scopes)])


@pytest.fixture
def root(world):
    return world.cloud_admin


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_closure_is_that_of_the_parents_whatever_is_done(root, steps):
    Scope.objects.filter(unlimited=False).update(parent=None)
    Scope.objects.filter(unlimited=False).delete()
    for number, step in enumerate(steps):
        try:
            take(step, root, number)
        except DomainError as refused:
            assert refused.code in ("SCOPE-18", "SCOPE-19")
        assert (
            set(ScopeLink.objects.values_list("ancestor", "descendant", "distance")) == closure_of_parents()
        )


def test_scopes_are_nested_only_so_deep(root):
    scope = None
    for level in range(20):
        scope = create_scope(actor=root, name=f"level {level}", parent=scope)

    with pytest.raises(DomainError) as refused:
        create_scope(actor=root, name="deeper", parent=scope)

    assert refused.value.code == "SCOPE-18"
    assert not Scope.objects.filter(name="deeper").exists()
