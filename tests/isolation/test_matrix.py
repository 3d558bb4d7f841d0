"""Every address x every actor x their own things, a closed part, a sibling, a stranger x every method.

What an actor may not see must be told apart from nothing by nobody: the same status, the same words and
as many queries as for an id that does not exist.
"""

import re
from collections import Counter
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.services import create_enterprise, load_scope
from tests.isolation.actors import ACTORS
from tests.isolation.addresses import ours
from tests.isolation.estates import RELATIONS, Place, canary, estate
from tests.isolation.parameters import PLAIN, THINGS

pytestmark = pytest.mark.django_db(transaction=True)
NOBODYS_ID = 900_000_001
NOBODYS_UUID = UUID("00000000-0000-4000-8000-00000000dead")
VARIABLE = re.compile(
    r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken[^}]*|correlation[^<]*|data-position="\d+"'
)
ADDRESSES = ours()
asked: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def count_told(pytestconfig):
    yield
    pytestconfig.stash.setdefault(COUNTS, Counter()).update(asked)


COUNTS = pytest.StashKey[Counter]()


@pytest.fixture
def estates(world):
    """By relation, the ids of everything there."""
    acme, sibling, foreign = (
        world.acme,
        *(create_enterprise(actor=None, name=canary(n)) for n in RELATIONS[2:]),
    )
    home = Place.made("home")
    places = {"own": home, "closed": home} | {name: Place.made(canary(name)) for name in RELATIONS[2:]}
    owners = {"own": acme, "closed": acme, "sibling": sibling, "foreign": foreign}
    region = load_scope("region", enterprises=(acme, sibling))
    for name in ("own", "sibling"):
        places[name].datacenter.scopes.add(region)
    return {name: estate(world, name, owners[name], places[name]) for name in RELATIONS}


def test_every_parameter_of_every_address_has_its_place_in_the_matrix():
    unknown = {
        (address.route, name)
        for address in ADDRESSES
        for name in address.parameters
        if name not in THINGS and name not in PLAIN
    }
    assert unknown == set(), "say in tests/isolation/parameters.py what these name"


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)
def test_what_is_not_to_be_seen_is_like_nothing(world, estates, settings, actor):
    user = actor.user(world, estates)
    browser = signed_in(user)
    told = []
    for address in ADDRESSES:
        for relation in RELATIONS:
            things = [THINGS[name] for name in address.parameters if name in THINGS]
            if all(actor.sees(thing, relation, user.privileges) for thing in things):
                continue
            told += differences(browser, address, relation, estates)
    assert not told, told


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)
def test_no_page_and_no_list_names_what_is_not_to_be_seen(world, estates, actor):
    user = actor.user(world, estates)
    browser = signed_in(user)
    hidden = [
        canary(relation, part)
        for thing, part in (("template", ""), ("virtual_machine", "inner"))
        for relation in RELATIONS
        if not actor.sees(thing, relation, user.privileges)
    ]
    told = []
    for address in ADDRESSES:
        if "get" not in address.methods:
            continue
        text = ask(browser, "get", address.filled(PLAIN | by_parameter(address, estates["own"])))[1]
        told += [(address.route, mark) for mark in hidden if mark in text]
    assert not told, told


def differences(browser, address, relation, estates) -> list[tuple]:
    """How the answers about a hidden thing differ from those about nothing: (method, route, what)."""
    found = []
    hidden = PLAIN | by_parameter(address, estates[relation])
    nothing = PLAIN | {
        name: NOBODYS_UUID if isinstance(value, UUID) else NOBODYS_ID
        for name, value in by_parameter(address, estates[relation]).items()
    }
    for method in address.methods:
        here = ask(browser, method, address.filled(hidden))
        nowhere = ask(browser, method, address.filled(nothing))
        if here[0] < 400:
            found.append((method, address.route, relation, f"answers {here[0]}"))
        elif here != nowhere:
            unlike = [(a, b) for a, b in zip(here, nowhere, strict=True) if a != b]
            found.append((method, address.route, relation, unlike))
    return found


def by_parameter(address, ids) -> dict:
    return {name: ids[THINGS[name]] for name in address.parameters if name in THINGS}


def ask(browser: Client, method: str, path: str) -> tuple[int, str, int]:
    """Status, words without what differs each time, and number of queries; what was written is undone."""
    asked[method] += 1
    with_body = path.startswith("/api/") and method in ("post", "put", "patch")
    body = {"content_type": "application/json", "data": "{}"} if with_body else {}
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = getattr(browser, method)(path, headers={"X-Correlation-Id": "isolation-test"}, **body)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    words = VARIABLE.sub("", text.decode(errors="replace")).replace(path, "")
    return answer.status_code, words, len(queries)


def signed_in(user) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(user, backend="tenants.backends.LocalBackend")
    return browser
