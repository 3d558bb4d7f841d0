"""Pages of scopes: what each shows, to whom, and what can be done there."""

import pytest
from django.urls import reverse

from infrastructure.services import create_datacenter
from tenants.models import Scope
from tenants.services import create_scope
from tests.browsing import browser_of
from tests.tenants.reselling import administrator_of, reselling


@pytest.fixture
def operator(world):
    return browser_of(world.cloud_admin)


@pytest.fixture
def sold(world):
    return reselling(world)


def body(answer) -> str:
    return answer.content.decode()


def page_of(scope, name: str = "scope") -> str:
    return reverse(f"scopes:{name}", args=[scope.id])


def test_a_scope_is_made_changed_and_deleted(world, operator):
    fields = {"name": "North", "enterprises": [world.acme.id], "locations": [world.datacenter.id]}
    made = operator.post(reverse("scopes:create"), fields | {"takes_new_enterprises": "on"})
    scope = Scope.objects.get(name="North")
    assert made.url == page_of(scope)
    assert "Acme" in body(operator.get(made.url)) and "takes in every new one" in body(operator.get(made.url))

    operator.post(page_of(scope, "edit"), {"name": "South", "enterprises": [world.rival.id]})
    scope.refresh_from_db()
    assert (scope.name, scope.takes_new_enterprises) == ("South", False)
    assert list(scope.enterprises.all()) == [world.rival]
    assert not scope.datacenters.exists()

    assert 'data-must-equal="South"' in body(operator.get(page_of(scope, "delete")))
    operator.post(page_of(scope, "delete"))
    assert not Scope.objects.filter(pk=scope.pk).exists()


def test_a_scope_is_moved_and_can_not_be_put_beneath_itself(world, operator):
    top, low = (create_scope(actor=world.cloud_admin, name=name) for name in ("top", "low"))

    operator.post(page_of(low, "edit"), {"name": "low", "parent": top.id})
    refused = operator.post(page_of(top, "edit"), {"name": "top", "parent": low.id})

    low.refresh_from_db()
    assert low.parent == top
    assert "field-error" in body(refused)


def test_a_refusal_is_told_on_the_form(world, operator):
    scope = create_scope(actor=world.cloud_admin, name="Shared", enterprises=[world.acme])
    administrator_of(world, world.acme, scope, "della")

    answer = operator.post(page_of(scope, "edit"), {"name": "Shared"})

    assert (answer.status_code, "SCOPE-10" in body(answer)) == (409, True)
    assert list(scope.enterprises.all()) == [world.acme]


def test_the_unlimited_scope_offers_no_change(world, operator):
    unlimited = world.cloud_admin.scope
    page = body(operator.get(page_of(unlimited)))
    assert page_of(unlimited, "edit") not in page and "The unlimited scope stays as it is." in page
    assert operator.post(page_of(unlimited, "edit"), {"name": "Mine"}).status_code == 409


def test_a_reseller_sees_and_changes_its_part_alone(world, sold):
    beside = create_scope(actor=world.cloud_admin, name="Beside", enterprises=[world.acme])
    client = browser_of(sold.resi)

    client.post(reverse("scopes:create"), {"name": "Part", "parent": sold.scope.id})

    part = Scope.objects.get(name="Part")
    assert part.parent == sold.scope
    listed = body(client.get(reverse("scopes:list")))
    assert "Part" in listed and "Resold" in listed and "Beside" not in listed
    form = body(client.get(page_of(part, "edit")))
    assert "Acme" not in form and "Beside" not in form and "takes_new" not in form
    for name in ("scope", "edit", "delete"):
        assert client.get(page_of(beside, name)).status_code == 404
    own = body(client.get(page_of(sold.scope)))
    assert page_of(sold.scope, "edit") not in own and "beneath your own" in own


def test_what_the_form_can_not_offer_is_not_lost(world, sold):
    part = create_scope(actor=world.cloud_admin, name="Part", parent=sold.scope, enterprises=[world.acme])
    part.datacenters.add(create_datacenter(actor=None, name="Far"))

    browser_of(sold.resi).post(page_of(part, "edit"), {"name": "Renamed", "enterprises": [world.acme.id]})

    part.refresh_from_db()
    assert (part.name, part.parent) == ("Renamed", sold.scope)
    assert part.datacenters.count() == 1


def test_what_lies_above_ones_own_scope_is_not_told(world, sold):
    above = create_scope(actor=world.cloud_admin, name="Secret place")
    Scope.objects.filter(pk=sold.scope.pk).update(parent=above)
    client = browser_of(sold.resi)
    for path in (reverse("scopes:list"), page_of(sold.scope), reverse("tenants:tree")):
        assert "Secret" not in body(client.get(path))


def test_tenants_have_no_scopes_to_look_at(world):
    client = browser_of(world.admin)
    assert client.get(reverse("scopes:list")).status_code == 403
    assert client.get(reverse("scopes:create")).status_code == 403
    assert client.get(page_of(world.cloud_admin.scope)).status_code in (403, 404)
