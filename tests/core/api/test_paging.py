"""Pages: every row once, whichever way one walks; parameters kept; nonsense refused."""

from urllib.parse import parse_qs, urlsplit

import pytest

from core.api import paging, totals
from tests.api_user import ApiUser, codes

USERS = 23


@pytest.fixture
def people(world, monkeypatch):
    """(Anna, the address of her enterprise's users, their nicks in order); jumps are far soon."""
    from tenants.services import create_user

    monkeypatch.setattr(paging, "WALKED_DIRECTLY", 4)
    monkeypatch.setattr(totals, "LONG_LIST", 10**9)
    nicks = [world.admin.nick]
    for number in range(USERS - 1):
        role, nick = world.roles["USER"], f"u{number:02}"
        create_user(
            actor=None, enterprise=world.acme, role=role, nick=nick, password="x", name=f"n{number % 3}"
        )
        nicks.append(nick)
    return ApiUser("anna"), f"/api/admin/enterprises/{world.acme.id}/users", sorted(nicks)


def nicks_of(answer) -> list[str]:
    return [each["nick"] for each in answer.json()["collection"]]


def rels(answer) -> dict[str, str]:
    return {each["rel"]: each["href"] for each in answer.json()["links"]}


@pytest.mark.parametrize("limit", [1, 4, 5, 22, 23, 24])
@pytest.mark.parametrize("order", ["", "&asc=false", "&by=name", "&by=name&desc=true"])
def test_walking_by_next_meets_every_row_once(people, limit, order):
    anna, path, nicks = people
    seen, answer = [], anna.get(f"{path}?limit={limit}{order}")
    while True:
        assert answer.json()["totalSize"] == USERS
        seen += nicks_of(answer)
        if "next" not in rels(answer):
            break
        answer = anna.get(rels(answer)["next"])
    assert sorted(seen) == nicks
    assert len(seen) == USERS


def test_walking_back_by_prev_meets_every_row_once(people):
    anna, path, nicks = people
    answer = anna.get(rels(anna.get(f"{path}?limit=5"))["last"])
    seen = nicks_of(answer)
    while "prev" in rels(answer):
        answer = anna.get(rels(answer)["prev"])
        seen = nicks_of(answer) + seen
    assert seen == nicks


@pytest.mark.parametrize("startwith", range(0, USERS + 3))
def test_an_offset_means_the_same_wherever_it_is_read_from(people, startwith):
    anna, path, nicks = people
    assert nicks_of(anna.get(f"{path}?limit=4&startwith={startwith}")) == nicks[startwith : startwith + 4]
    downwards = anna.get(f"{path}?limit=4&startwith={startwith}&asc=false")
    assert nicks_of(downwards) == nicks[::-1][startwith : startwith + 4]


def test_the_query_is_kept_in_the_links_unknown_parameters_too(people):
    anna, path, _nicks = people
    query = parse_qs(urlsplit(rels(anna.get(f"{path}?limit=4&has=u&colour=blue"))["next"]).query)
    assert (query["has"], query["colour"], query["startwith"]) == (["u"], ["blue"], ["4"])


def test_what_fits_on_a_page_has_no_links_and_nothing_is_an_empty_list(people):
    anna, path, _nicks = people
    assert rels(anna.get(f"{path}?limit=100")) == {}
    empty = anna.get(f"{path}?has=nobody").json()
    assert empty == {"links": [], "totalSize": 0, "collection": []}


def test_a_limit_of_nought_is_everything(people):
    anna, path, nicks = people
    assert nicks_of(anna.get(f"{path}?limit=0")) == nicks


def test_of_duplicate_parameters_the_last_one_wins(people):
    anna, path, _nicks = people
    assert len(nicks_of(anna.get(f"{path}?limit=9&limit=2"))) == 2


@pytest.mark.parametrize(
    "query",
    [
        "limit=x",
        "limit=-1",
        "startwith=1.5",
        "by=password",
        "after=nonsense",
        "before=W10",
        "after=WzEsMiwzXQ",
        "idRole=x",
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(people, query):
    anna, path, _nicks = people
    answer = anna.get(f"{path}?{query}")
    assert (answer.status_code, codes(answer)) == (400, ["GEN-22"])


def test_the_total_of_a_long_list_is_remembered_for_a_moment(people, monkeypatch):
    anna, path, _nicks = people
    monkeypatch.setattr(totals, "LONG_LIST", 5)
    assert anna.get(f"{path}?limit=4").json()["totalSize"] == USERS
    from tenants.models import User

    User.objects.filter(nick="u00").delete()
    assert anna.get(f"{path}?limit=4").json()["totalSize"] == USERS
