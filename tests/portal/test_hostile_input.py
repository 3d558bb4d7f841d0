"""What no browser sends on its own: pages answer it like nonsense, never with a 500."""

import base64
import json

import pytest

from tests.browsing import browser_of

LONG = "9" * 5000
KEYS = [["a"], ["a", "b"], [None, None], [[]], [1, 1], {}, [1e30], [2**64 - 1], ["1", 2**63], "x", [True]]


@pytest.fixture
def anna(world):
    assert world.machine.pk
    return browser_of(world.admin)


@pytest.mark.parametrize("page", ["/machines/", "/machines/?sort=name", "/activity/", "/people/"])
def test_a_key_that_was_not_given_out_leads_to_the_first_page(anna, page):
    first = anna.get(page)
    for key in KEYS:
        after = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
        sort = {"sort": "name"} if "sort" in page else {}
        answer = anna.get(page.partition("?")[0], {"after": after} | sort)
        assert (answer.status_code, len(answer.content)) == (200, pytest.approx(len(first.content), rel=0.2))


@pytest.mark.parametrize("number", [LONG, str(2**63), "9" * 18, "²", "-1", ""])
def test_numbers_that_name_nothing_find_nothing(world, anna, number):
    assert anna.get("/machines/rows/", {"ids": number}).status_code == 200
    assert anna.post("/machines/bulk/undeploy/", {"machine": number, "go": "1"}).status_code == 200
    assert anna.get("/machines/deploy/", {"vapp": number}).status_code == 200
    form = {"template": world.template.id, "size": number or "0", "count": 1, "virtual_appliance": number}
    form |= {"virtual_datacenter": world.vdc.id}
    assert anna.post("/machines/deploy/", form).status_code == 200


@pytest.mark.parametrize("limit", ["2147483648", "9223372036854775808", LONG])
def test_a_limit_no_column_holds_is_told_on_the_form(world, anna, limit):
    fields = {
        f"{name}_{end}": 0
        for name in ("vcpus", "memory_mib", "disk_mib", "machines")
        for end in ("soft", "hard")
    }
    answer = anna.post(
        f"/virtual-datacenters/{world.vdc.id}/edit/", fields | {"name": "n", "vcpus_hard": limit}
    )

    assert answer.status_code in (200, 409)
    world.vdc.refresh_from_db()
    assert world.vdc.vcpus_hard == 0
