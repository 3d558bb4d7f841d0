"""The pages of an enterprise's limits, and the report that usage is what it seems."""

import pytest
from django.urls import reverse
from django.utils import timezone

from compute.services import deploy
from infrastructure.models import Claim, LocationLimit
from tenants.limits import Force
from tests.browsing import browser_of


@pytest.fixture
def root(world):
    return browser_of(world.cloud_admin)


def address(name: str, *args: int) -> str:
    return reverse(f"limits:{name}", args=args)


def test_limits_over_all_locations_are_changed_on_a_form(world, root):
    form = address("edit_enterprise", world.acme.id)
    assert root.get(form).status_code == 200

    answer = root.post(form, {"vcpus_soft": 4, "vcpus_hard": 8})

    assert answer["Location"] == address("enterprise", world.acme.id)
    world.acme.refresh_from_db()
    assert (world.acme.vcpus_soft, world.acme.vcpus_hard, world.acme.machines_hard) == (4, 8, 0)


def test_limits_of_a_location_are_changed_on_a_form(world, root):
    limit = LocationLimit.objects.get(enterprise=world.acme, datacenter=world.datacenter)
    form = address("edit_location", world.acme.id, limit.id)
    root.post(form, {"repository_mib_soft": 10, "repository_mib_hard": 20})
    limit.refresh_from_db()
    assert limit.repository_mib_hard == 20


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"vcpus_soft": 9, "vcpus_hard": 8}, "must be at most the hard one (8)"),
        ({"vcpus_soft": 0, "vcpus_hard": 8}, "needs a soft limit as well"),
        ({"machines_soft": "many"}, "whole number"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(world, root, values, words):
    page = root.post(address("edit_enterprise", world.acme.id), values)
    assert (page.status_code, words in page.content.decode()) == (200, True)


def test_a_limit_below_what_is_in_use_is_told_with_its_numbers(world, root, datacenter):
    deploy(actor=world.user, machine_id=world.new_machine("web", vcpus=4).id)
    page = root.post(address("edit_enterprise", world.acme.id), {"vcpus_soft": 1, "vcpus_hard": 2})
    assert (page.status_code, "LIMIT-9" in page.content.decode()) == (409, True)


def test_the_page_shows_every_level_and_what_was_passed(world, root, datacenter):
    world.acme.machines_soft = world.acme.machines_hard = 3
    world.acme.machines_soft = 1
    world.acme.save()
    deploy(actor=world.user, machine_id=world.machine.id)
    until = timezone.now() + timezone.timedelta(days=3)
    deploy(actor=world.user, machine_id=world.new_machine("db").id, force=Force("fair", until))

    page = root.get(address("enterprise", world.acme.id)).content.decode()

    for words in (world.datacenter.name, "fair", f"{until:%Y-%m-%d}", "over the soft limit of 1"):
        assert words in page
    assert "over the soft limit of 1" in root.get(address("panel", world.acme.id)).content.decode()


def test_tenants_see_their_own_limits_and_change_none(world):
    anna = browser_of(world.admin)
    assert anna.get(address("enterprise", world.acme.id)).status_code == 200
    assert anna.get(address("edit_enterprise", world.acme.id)).status_code == 403
    assert anna.post(address("edit_enterprise", world.acme.id), {"vcpus_soft": 5}).status_code == 409
    world.acme.refresh_from_db()
    assert world.acme.vcpus_soft == 0


def test_other_enterprises_have_no_limits_to_look_at(world):
    limit = LocationLimit.objects.get(enterprise=world.acme, datacenter=world.datacenter)
    rita = browser_of(world.rival_admin)
    assert rita.get(address("enterprise", world.acme.id)).status_code == 404
    assert rita.get(address("panel", world.acme.id)).status_code == 404
    assert rita.post(address("edit_location", world.rival.id, limit.id), {}).status_code == 404


def test_the_report_says_whether_usage_is_what_it_seems(world, root, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    report = f"{reverse('compute:verify_usage')}?enterprise={world.acme.id}"
    assert "Everything agrees" in root.get(report).content.decode()
    Claim.objects.update(vcpus=77)
    assert "77" in root.get(report).content.decode()
    assert "Everything agrees" not in root.get(reverse("compute:verify_usage")).content.decode()
    assert browser_of(world.admin).get(report).status_code == 403
