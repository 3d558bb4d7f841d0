"""Pages of scopes: what each shows, to whom, and what can be done there."""

import re

import pytest
from django.urls import reverse

from infrastructure.services import create_datacenter
from tenants.models import Enterprise, Scope
from tenants.services import create_scope
from tests.browsing import browser_of
from tests.resellers import administrator_of, reselling

NEXT = re.compile(r'data-next="([^"]+)"')


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


def test_a_scope_says_from_which_networks_it_may_be_used(world, operator):
    operator.post(
        reverse("scopes:create"), {"name": "Office", "allowed_networks": "192.0.2.7/24\n2001:db8::/32"}
    )

    scope = Scope.objects.get(name="Office")
    assert scope.allowed_networks == ["192.0.2.0/24", "2001:db8::/32"]
    assert "2001:db8::/32" in body(operator.get(page_of(scope)))
    wrong = operator.post(page_of(scope, "edit"), {"name": "Office", "allowed_networks": "everywhere"})
    assert (wrong.status_code, "everywhere" in body(wrong)) == (409, True)


def test_who_may_not_set_networks_keeps_them(world, sold):
    part = create_scope(
        actor=world.cloud_admin, name="Part", parent=sold.scope, allowed_networks=["192.0.2.0/24"]
    )
    client = browser_of(sold.resi)

    assert "MANAGE_ROLE_AND_SCOPE_CIDR_ACCESS" in body(client.get(page_of(part, "edit")))
    client.post(page_of(part, "edit"), {"name": "Renamed", "allowed_networks": ""})

    part.refresh_from_db()
    assert (part.name, part.allowed_networks) == ("Renamed", ["192.0.2.0/24"])


def test_among_thousands_of_enterprises_one_searches(world, operator):
    Enterprise.objects.bulk_create(Enterprise(name=f"Customer {number:04}") for number in range(3000))
    search = reverse("scopes:enterprise_choices")

    empty = body(operator.get(reverse("scopes:create")))
    first = body(operator.get(search, {"q": "customer 1"}))
    following = body(operator.get(search, {"q": "customer 1", "after": NEXT.search(first)[1]}))

    assert "Customer" not in empty and search in empty
    assert ("Customer 1000" in first, "Customer 1019" in first, "Customer 1020" in first) == (
        True,
        True,
        False,
    )
    assert "Customer 1020" in following and "Customer 1019" not in following
    assert "Nothing has this name." in body(operator.get(search, {"q": "Nobody & sons"}))


def test_a_scope_of_thousands_is_saved_with_all_of_them(world, operator):
    customers = Enterprise.objects.bulk_create(
        Enterprise(name=f"Customer {number:04}") for number in range(1500)
    )
    ids = ",".join(str(each.id) for each in customers)

    made = operator.post(reverse("scopes:create"), {"name": "All", "enterprises": ids})

    form = body(operator.get(f"{made.url}edit/"))
    assert Scope.objects.get(name="All").enterprises.count() == len(customers)
    assert f'value="{ids}"' in form
    assert form.count("chip-remove") < 210 and "and 1400 more" in form


def test_what_is_chosen_stays_chosen_when_the_form_is_refused(world, operator):
    refused = operator.post(
        reverse("scopes:create"), {"name": "", "enterprises": [f"{world.acme.id},x,{2**70}"]}
    )

    assert "data-chooser-label>Acme<" in body(refused) and "field-error" in body(refused)
    assert not Scope.objects.filter(name="").exists()


def test_what_may_be_chosen_is_what_one_sees(world, sold):
    client = browser_of(sold.resi)
    found = body(client.get(reverse("scopes:enterprise_choices")))
    places = body(client.get(reverse("scopes:location_choices")))
    assert "Reseller" in found and "Acme" not in found
    assert world.datacenter.name not in places
    assert browser_of(world.admin).get(reverse("scopes:enterprise_choices")).status_code == 403


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
