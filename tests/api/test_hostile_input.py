"""Numbers no id can be, texts that are no numbers, links that are no addresses: refused, never a 500."""

import pytest

from compute.models import VirtualDatacenter
from tests.api_user import ApiUser, codes

HUGE = 2**63
LONG = "9" * 5000


@pytest.fixture
def anna(world):
    assert world.machine.pk
    return ApiUser("anna")


def test_an_id_beyond_every_column_is_not_found(world, anna):
    for path in (f"enterprises/{HUGE}/users/{world.admin.id}", f"enterprises/{world.acme.id}/users/{HUGE}"):
        assert anna.get(f"/api/admin/{path}").status_code == 404
    assert anna.get(f"/api/cloud/virtualdatacenters/{10**30}").status_code == 404


@pytest.mark.parametrize("value", [HUGE, LONG, "²", "-1", "x"])
def test_a_filter_that_is_no_id_is_refused(world, anna, value):
    users = anna.get(f"/api/admin/enterprises/{world.acme.id}/users?idRole={value}")
    created = anna.post(f"/api/cloud/virtualdatacenters?datacenter={value}", {"name": "n"})

    assert (users.status_code, codes(users)) == (400, ["GEN-22"])
    assert created.status_code == 400


@pytest.mark.parametrize(
    "href", ["//[", "/api/cloud/locations/²", f"/api/cloud/locations/{LONG}", "/api/cloud/locations/x"]
)
def test_a_link_that_names_no_id_is_refused(anna, href):
    body = {"name": "n", "hypervisorType": "KVM", "links": [{"rel": "location", "href": href}]}
    answer = anna.post("/api/cloud/virtualdatacenters", body)

    assert (answer.status_code, codes(answer)) == (400, ["GEN-6"])


@pytest.mark.parametrize("field", ["cpuHard", "vmsHard", "ramHard", "diskHardLimitInMb"])
def test_a_limit_no_column_holds_is_refused(world, anna, field):
    location = f"/api/cloud/locations/{world.datacenter.id}"
    body = {"hypervisorType": "KVM", "links": [{"rel": "location", "href": location}], field: 2**63 - 1}
    answer = anna.post("/api/cloud/virtualdatacenters", body | {"name": "n"})

    assert (answer.status_code, codes(answer)) == (400, ["GEN-2"])
    assert not VirtualDatacenter.objects.filter(name="n").exists()
