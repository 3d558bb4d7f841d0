"""Working in another enterprise: who may, where one then is, that it shows, that it is written down."""

import pytest
from django.urls import reverse

from compute.models import VirtualDatacenter
from events.models import Event
from tenants.models import Scope, User
from tenants.services import create_enterprise, switch_enterprise
from tenants.services.identity import actor_by_id
from tests.api_user import ApiUser, codes, link
from tests.browsing import browser_of
from tests.resellers import administrator_of, reselling
from tests.tenants.refusing import refusal


@pytest.fixture
def root(world):
    return world.cloud_admin


def place_of(user) -> str:
    return actor_by_id(user.pk).enterprise.name


def test_one_works_there_and_comes_back(world, root):
    switch_enterprise(actor=root, enterprise=world.acme)
    assert (place_of(root), User.objects.get(pk=root.pk).enterprise) == ("Acme", world.provider)

    switch_enterprise(actor=actor_by_id(root.pk), enterprise=None)
    assert place_of(root) == "Provider"


def test_ones_own_enterprise_is_the_way_back(world, root):
    switch_enterprise(actor=root, enterprise=world.acme)
    switch_enterprise(actor=actor_by_id(root.pk), enterprise=world.provider)
    assert User.objects.get(pk=root.pk).switched_to is None


def test_it_is_written_down_in_both_enterprises(world, root):
    switch_enterprise(actor=root, enterprise=world.acme)
    switch_enterprise(actor=actor_by_id(root.pk), enterprise=None)

    told = Event.objects.filter(kind="user.switched_enterprise").order_by("id")
    assert [event.changes["working_in"] for event in told] == [["Provider", "Acme"], ["Acme", "Provider"]]
    seen = Event.objects.visible_to(world.admin).about("enterprise", world.acme.id).order_by("id")
    assert list(seen.filter(actor_id=root.id).values_list("kind", "actor_name")) == [
        ("enterprise.entered", "root"),
        ("enterprise.left", "root"),
    ]


def test_who_may_not_administer_others_stays(world):
    assert refusal(switch_enterprise, actor=world.admin, enterprise=world.rival) == "GEN-4"
    assert place_of(world.admin) == "Acme"


def test_nobody_leaves_their_scope(world):
    sold = reselling(world)
    customer = create_enterprise(actor=sold.resi, name="Customer")

    assert refusal(switch_enterprise, actor=sold.resi, enterprise=world.acme) == "EN-0"
    assert refusal(switch_enterprise, actor=sold.resi, enterprise=customer) == ""
    assert place_of(sold.resi) == "Customer"


def test_what_leaves_ones_reach_is_left(world):
    sold = reselling(world)
    customer = create_enterprise(actor=sold.resi, name="Customer")
    switch_enterprise(actor=sold.resi, enterprise=customer)

    Scope.enterprises.through.objects.filter(enterprise=customer).delete()

    assert place_of(sold.resi) == "Reseller"


def test_without_the_right_the_way_home_stays_open(world):
    role, della = administrator_of(world, world.acme, world.cloud_admin.scope, "della")
    switch_enterprise(actor=della, enterprise=world.rival)
    role.privileges.clear()

    assert place_of(della) == "Acme"
    assert refusal(switch_enterprise, actor=actor_by_id(della.pk), enterprise=None) == ""
    assert User.objects.get(pk=della.pk).switched_to is None


def test_pages_and_api_follow(world, root):
    client = browser_of(root)
    client.post(reverse("tenants:switch"), {"enterprise": world.acme.id})

    page = client.get(reverse("portal:dashboard")).content.decode()
    assert "Back to Provider" in page
    location = {"rel": "location", "href": f"/api/cloud/locations/{world.datacenter.id}"}
    made = ApiUser("root").post(
        "/api/cloud/virtualdatacenters", {"name": "New", "hypervisorType": "KVM", "links": [location]}
    )
    assert VirtualDatacenter.objects.get().enterprise == world.acme
    assert link(made, "enterprise").endswith(f"/enterprises/{world.acme.id}")

    client.post(reverse("tenants:switch"))
    assert "Back to" not in client.get(reverse("portal:dashboard")).content.decode()


def test_the_chooser_offers_what_is_known_and_finds_by_name(world):
    sold = reselling(world)
    assert world.acme.pk
    create_enterprise(actor=sold.resi, name="Customer")
    client = browser_of(sold.resi)

    dialog = client.get(reverse("tenants:switch")).content.decode()
    found = client.get(reverse("tenants:switch"), {"q": "cust"}).content.decode()

    assert "Customer" in dialog and "Acme" not in dialog
    assert "Customer" in found and "Reseller" not in found
    assert browser_of(world.admin).get(reverse("tenants:switch")).status_code == 403


@pytest.mark.parametrize("sent", ["0", "-1", "x", "9" * 30, "²"])
def test_what_is_no_enterprise_is_not_found(root, sent):
    assert browser_of(root).post(reverse("tenants:switch"), {"enterprise": sent}).status_code == 404


def test_another_enterprise_is_not_found(world):
    sold = reselling(world)
    answer = browser_of(sold.resi).post(reverse("tenants:switch"), {"enterprise": world.acme.id})
    assert answer.status_code == 404


def account(user) -> str:
    return f"/api/admin/enterprises/{user.enterprise_id}/users/{user.id}"


def working_in(enterprise) -> dict:
    return {"links": [{"rel": "enterprise", "href": f"/api/admin/enterprises/{enterprise.id}"}]}


def test_by_rest_one_works_where_ones_own_user_links_to(world, root):
    api, own = ApiUser(root.nick), account(root)

    there = api.put(own, working_in(world.acme))

    assert (there.status_code, place_of(root)) == (200, "Acme")
    assert link(there, "enterprise").endswith(f"/enterprises/{world.acme.id}")
    me = api.get("/api/login")
    assert link(me, "enterprise") == link(there, "enterprise")
    assert link(me, "edit").endswith(own)
    assert Event.objects.filter(kind="enterprise.entered", subject_id=world.acme.id).count() == 1

    back = api.put(own, working_in(world.provider))
    assert (back.status_code, place_of(root)) == (200, "Provider")
    assert link(back, "enterprise").endswith(f"/enterprises/{world.provider.id}")


def test_an_own_user_sent_back_as_it_was_fetched_leaves_one_where_one_is(world, root):
    switch_enterprise(actor=root, enterprise=world.acme)
    api = ApiUser(root.nick)

    changed = api.put(account(root), api.get(account(root)).json() | {"surname": "Turner"})

    assert (changed.status_code, changed.json()["surname"], place_of(root)) == (200, "Turner", "Acme")


def test_by_rest_nobody_else_is_taken_to_another_enterprise(world, root):
    api, other = ApiUser(root.nick), account(world.user)

    refused = api.put(other, working_in(world.rival))

    assert (refused.status_code, codes(refused)) == (400, ["USER-27"])
    assert api.put(other, api.get(other).json()).status_code == 200
    assert User.objects.get(pk=world.user.pk).enterprise == world.acme


def test_by_rest_who_may_not_administer_others_stays(world):
    api, own = ApiUser(world.admin.nick), account(world.admin)

    refused = api.put(own, working_in(world.rival) | {"surname": "Moved"})

    assert (refused.status_code, codes(refused)) == (404, ["EN-0"])
    assert User.objects.get(pk=world.admin.pk).surname == ""


def test_by_rest_without_the_right_a_known_enterprise_is_refused_and_nothing_changes(world, root):
    role, della = administrator_of(world, world.acme, world.cloud_admin.scope, "della")
    role.privileges.remove(role.privileges.get(name="ENTERPRISE_ADMINISTER_ALL"))
    assert world.rival.pk

    refused = ApiUser("della").put(account(della), working_in(world.rival) | {"surname": "Moved"})

    assert (refused.status_code, codes(refused)) == (403, ["GEN-4"])
    assert User.objects.get(pk=della.pk).surname == ""


def test_nobody_is_told_where_others_work(world, root):
    switch_enterprise(actor=root, enterprise=world.acme)
    _role, della = administrator_of(world, world.acme, world.cloud_admin.scope, "della")

    told = ApiUser("della").get(account(root))

    assert link(told, "enterprise").endswith(f"/enterprises/{world.provider.id}")
