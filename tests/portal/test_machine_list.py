"""The machine list: filters, order, pages by key, and that rows do not cost queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browsing import browser_of


@pytest.fixture
def machines(world, datacenter):
    return [world.new_machine(f"m{number:03}") for number in range(60)]


def names(page) -> list[str]:
    return [row["name"] for row in page.context["rows"].rows]


def test_walking_all_pages_shows_each_machine_once(world, machines):
    client, key, seen = browser_of(world.user), "", []
    while True:
        page = client.get("/machines/", {"after": key, "sort": "name"})
        seen += names(page)
        key = page.context["rows"].next_key
        if not key:
            break

    assert seen == sorted(machine.name for machine in machines)


def test_the_newest_come_first(world, machines):
    assert names(browser_of(world.user).get("/machines/"))[0] == "m059"


@pytest.mark.parametrize(
    ("query", "count"),
    [({"q": "m05"}, 10), ({"state": "ON"}, 0), ({"state": "NOT_ALLOCATED"}, 50), ({"state": "nonsense"}, 50),
     ({"vdc": "x"}, 50), ({"q": "10.0."}, 0), ({"after": "%%%"}, 50)],
)  # fmt: skip
def test_filters_narrow_and_nonsense_does_not_break(world, machines, query, count):
    assert len(names(browser_of(world.user).get("/machines/", query))) == count


def test_an_empty_list_says_what_a_machine_is(world):
    assert "No machines yet" in browser_of(world.user).get("/machines/").content.decode()


def test_a_filter_without_hits_offers_the_way_back(world, machines):
    page = browser_of(world.user).get("/machines/", {"q": "nothing"}).content.decode()

    assert "No machine matches" in page


def test_more_rows_take_no_more_queries(world, machines):
    client = browser_of(world.user)
    client.get("/machines/")
    counts = []
    for query in ({"q": "m001"}, {}):
        with CaptureQueriesContext(connection) as captured:
            client.get("/machines/", query)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12
