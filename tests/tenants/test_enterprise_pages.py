"""Pages of enterprises: what each shows, to whom, and what can be done there."""

import pytest
from django.urls import reverse

from infrastructure.models import LocationLimit
from tenants.models import Enterprise
from tenants.services import create_enterprise, create_scope, update_enterprise
from tests.browsing import browser_of
from tests.resellers import reselling

TABS = ("enterprise", "enterprise_users", "enterprise_properties", "enterprise_history")
CHANGES = ("enterprise_edit", "enterprise_delete")


@pytest.fixture
def operator(world):
    return browser_of(world.cloud_admin)


@pytest.fixture
def sold(world):
    return reselling(world)


def pages_of(enterprise) -> list[str]:
    names = [f"tenants:{name}" for name in TABS] + ["infrastructure:enterprise_locations"]
    return [reverse(name, args=[enterprise.id]) for name in names]


def body(answer) -> str:
    return answer.content.decode()


def test_the_tabs_open_for_those_who_know_the_enterprise(world, operator):
    for client in (operator, browser_of(world.admin)):
        assert {path: client.get(path).status_code for path in pages_of(world.acme)} == dict.fromkeys(
            pages_of(world.acme), 200
        )


def test_the_history_shows_what_was_changed_from_what_into_what(world, operator):
    update_enterprise(actor=world.cloud_admin, enterprise=world.acme, name="Ajax")
    page = body(operator.get(reverse("tenants:enterprise_history", args=[world.acme.id])))
    assert "<del>Acme</del>" in page and "<ins>Ajax</ins>" in page


def test_nobody_else_learns_that_it_exists(world, sold):
    changes = [reverse(f"tenants:{name}", args=[world.acme.id]) for name in CHANGES]
    for client in (browser_of(world.rival_admin), browser_of(sold.resi)):
        for path in pages_of(world.acme):
            assert client.get(path).status_code == 404
        for path in changes:
            assert client.post(path, {"name": "Mine"}).status_code == 404


def test_a_tab_that_is_not_for_one_is_not_offered(world):
    page = body(browser_of(world.user).get(reverse("tenants:enterprise", args=[world.acme.id])))
    assert reverse("tenants:enterprise_users", args=[world.acme.id]) not in page
    refused = browser_of(world.user).get(reverse("tenants:enterprise_users", args=[world.acme.id]))
    assert refused.status_code == 403


def test_an_enterprise_is_made_changed_and_deleted(world, operator):
    scope = create_scope(actor=world.cloud_admin, name="North")
    made = operator.post(
        reverse("tenants:create_enterprise"),
        {"name": "New", "default_scope": scope.id, "is_reseller": "on", "two_factor_required": "on"},
    )
    enterprise = Enterprise.objects.get(name="New")
    assert made.url == reverse("tenants:enterprise", args=[enterprise.id])
    assert (enterprise.default_scope, enterprise.is_reseller, enterprise.two_factor_required) == (
        scope,
        True,
        True,
    )
    page = body(operator.get(made.url))
    assert "Reseller" in page and "North" in page and "every user needs one" in page

    operator.post(
        reverse("tenants:enterprise_edit", args=[enterprise.id]), {"name": "Newer", "is_reseller": "on"}
    )
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.two_factor_required, enterprise.default_scope) == (
        "Newer",
        False,
        scope,
    )
    history = body(operator.get(reverse("tenants:enterprise_history", args=[enterprise.id])))
    assert "Newer" in history

    dialog = body(operator.get(reverse("tenants:enterprise_delete", args=[enterprise.id])))
    assert 'data-must-equal="Newer"' in dialog
    operator.post(reverse("tenants:enterprise_delete", args=[enterprise.id]))
    assert not Enterprise.objects.filter(name="Newer").exists()


def test_what_is_wrong_is_told_on_the_form(world, operator):
    assert world.acme.pk
    taken = operator.post(reverse("tenants:create_enterprise"), {"name": "Acme"})
    nameless = operator.post(reverse("tenants:create_enterprise"), {"name": ""})

    assert (taken.status_code, "ENTERPRISE-4" in body(taken)) == (409, True)
    assert "field-error" in body(nameless)


def test_a_reseller_makes_enterprises_and_marks_none(world, sold):
    client = browser_of(sold.resi)
    foreign = create_scope(actor=world.cloud_admin, name="Foreign place")
    form = body(client.get(reverse("tenants:create_enterprise")))
    assert "Foreign place" not in form and "lacks the privilege ENTERPRISE_MANAGE_RESELLER" in form

    client.post(reverse("tenants:create_enterprise"), {"name": "Customer", "is_reseller": "on"})

    customer = Enterprise.objects.get(name="Customer")
    assert (customer.default_scope, customer.is_reseller) == (sold.scope, False)
    refused = client.post(
        reverse("tenants:enterprise_edit", args=[customer.id]), {"name": "C", "default_scope": foreign.id}
    )
    assert "field-error" in body(refused)


def test_a_place_one_does_not_see_is_neither_told_nor_lost(world, sold):
    foreign = create_scope(actor=world.cloud_admin, name="Foreign place")
    shared = create_enterprise(actor=world.cloud_admin, name="Shared", default_scope=foreign)
    sold.scope.enterprises.add(shared)
    client, address = browser_of(sold.resi), reverse("tenants:enterprise_edit", args=[shared.id])

    assert "Foreign" not in body(client.get(address))
    assert "Foreign" not in body(client.get(reverse("tenants:enterprise", args=[shared.id])))
    client.post(address, {"name": "Renamed"})

    shared.refresh_from_db()
    assert (shared.name, shared.default_scope) == ("Renamed", foreign)


@pytest.mark.parametrize("who", ["admin", "user", "viewer"])
def test_tenants_change_nothing_of_it(world, who):
    client = browser_of(getattr(world, who))
    for name in (*CHANGES, "enterprise_properties"):
        client.post(reverse(f"tenants:{name}", args=[world.acme.id]), {"name": "Mine", "properties": "a = b"})
    client.post(reverse("infrastructure:close_location", args=[world.acme.id, world.datacenter.id]))

    world.acme.refresh_from_db()
    assert (world.acme.name, world.acme.properties) == ("Acme", {})
    assert LocationLimit.objects.filter(enterprise=world.acme).exists()
    assert client.get(reverse("tenants:create_enterprise")).status_code == 403


def test_properties_are_typed_one_to_a_line(world, operator):
    address = reverse("tenants:enterprise_properties", args=[world.acme.id])

    operator.post(address, {"properties": "\ncustomer = 7\n\nurl=https://x.example/?a=b\n"})

    world.acme.refresh_from_db()
    assert world.acme.properties == {"customer": "7", "url": "https://x.example/?a=b"}
    assert "customer = 7\nurl = https://x.example/?a=b" in body(operator.get(address))


@pytest.mark.parametrize(
    ("typed", "code"), [("a = 1\nb", "ENPROP-5"), ("a = 1\na = 2", "ENPROP-2"), ("= 1", "ENPROP-3")]
)
def test_a_line_that_is_no_property_is_told_and_what_was_typed_stays(world, operator, typed, code):
    answer = operator.post(
        reverse("tenants:enterprise_properties", args=[world.acme.id]), {"properties": typed}
    )
    assert (answer.status_code, code in body(answer), typed in body(answer)) == (409, True, True)


def test_locations_are_opened_and_closed(world, operator):
    fresh = create_enterprise(actor=world.cloud_admin, name="Fresh")
    place = [fresh.id, world.datacenter.id]

    operator.post(reverse("infrastructure:open_location", args=place))
    assert LocationLimit.objects.filter(enterprise=fresh, datacenter=world.datacenter).exists()
    operator.post(reverse("infrastructure:close_location", args=place))
    assert not LocationLimit.objects.filter(enterprise=fresh).exists()


def test_a_location_in_use_stays_open_and_says_why(world, operator):
    place = [world.vdc.enterprise_id, world.datacenter.id]
    answer = operator.post(reverse("infrastructure:close_location", args=place))
    assert "still has 1 virtual datacenter in" in body(answer)
    assert LocationLimit.objects.filter(enterprise=world.acme).exists()


def test_the_users_of_it_are_listed(world, operator):
    assert [world.admin.pk, world.user.pk, world.rival_admin.pk]
    page = body(operator.get(reverse("tenants:enterprise_users", args=[world.acme.id])))
    assert "anna" in page and "ulf" in page and "rita" not in page


@pytest.mark.parametrize(("who", "offered"), [("cloud_admin", True), ("admin", True), ("rival_admin", False)])
def test_who_manages_users_there_is_led_to_a_new_one_of_it(world, who, offered):
    answer = browser_of(getattr(world, who)).get(reverse("tenants:enterprise_users", args=[world.acme.id]))

    assert (f"{reverse('tenants:create_user')}?enterprise={world.acme.id}" in body(answer)) is offered
