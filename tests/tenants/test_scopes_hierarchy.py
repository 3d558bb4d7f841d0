"""Resellers and key nodes in the tree: one of each per scope, and no reseller beneath a key node."""

import pytest

from tenants.models import Enterprise
from tenants.services import create_enterprise, create_scope, update_enterprise, update_scope
from tests.tenants.refusing import refusal


@pytest.fixture
def root(world):
    return world.cloud_admin


@pytest.fixture
def line(root):
    """Scopes top, middle and low, with an enterprise each."""
    made, scope = {}, None
    for name in ("top", "middle", "low"):
        scope = create_scope(actor=root, name=name, parent=scope)
        made[name] = create_enterprise(actor=root, name=f"{name} one", default_scope=scope)
    return made


@pytest.mark.parametrize(
    ("mark", "code"), [("is_reseller", "ENTERPRISE-20"), ("is_key_node", "ENTERPRISE-21")]
)
def test_there_is_one_per_scope(root, line, mark, code):
    update_enterprise(actor=root, enterprise=line["top"], **{mark: True})
    place = {"default_scope": line["top"].default_scope}

    assert refusal(create_enterprise, actor=root, name="Second", **place, **{mark: True}) == code
    assert refusal(create_enterprise, actor=root, name="Plain", **place) == ""
    update_enterprise(actor=root, enterprise=line["low"], **{mark: True})
    assert refusal(update_enterprise, actor=root, enterprise=line["low"], **place) == code


@pytest.mark.parametrize(
    ("reseller", "key_node", "code"),
    [
        ("top", "low", ""),
        ("top", "top", ""),
        ("low", "top", "ENTERPRISE-34"),
        ("middle", "top", "ENTERPRISE-34"),
        ("low", "middle", "ENTERPRISE-34"),
    ],
)
@pytest.mark.parametrize("first", ["is_reseller", "is_key_node"])
def test_a_reseller_is_not_beneath_a_key_node(root, line, reseller, key_node, code, first):
    marks = [("is_reseller", line[reseller]), ("is_key_node", line[key_node])]
    marks = marks if first == "is_reseller" else marks[::-1]

    codes = [
        refusal(update_enterprise, actor=root, enterprise=Enterprise.objects.get(pk=each.pk), **{mark: True})
        for mark, each in marks
    ]

    assert codes == ["", code]


def test_nor_does_it_come_there_by_a_move(root, line):
    update_enterprise(actor=root, enterprise=line["top"], is_key_node=True)
    beside = create_scope(actor=root, name="beside")
    below = create_scope(actor=root, name="below", parent=beside)
    create_enterprise(actor=root, name="Reseller", default_scope=below, is_reseller=True)

    moved = {"scope": beside, "parent": line["low"].default_scope}
    assert refusal(update_scope, actor=root, **moved) == "ENTERPRISE-34"
    beside.refresh_from_db()
    assert beside.parent is None
