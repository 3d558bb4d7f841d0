"""Every address x every actor x their own things, a closed part, a sibling, a stranger x every method.

What an actor may not see must be told apart from nothing by nobody: the same status, the same words and
as many queries as for an id that does not exist.
"""

import re

import pytest

from tenants.models import Privilege
from tests.isolation.actors import ACTORS
from tests.isolation.addresses import Address, ours
from tests.isolation.asking import Answer, ask, by_parameter, nothing_for, signed_in
from tests.isolation.estates import RELATIONS, canary
from tests.isolation.parameters import HREFS, PLAIN, THINGS, body_with, form_with, narrowing

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = ours()
REFUSED = 400
BROKEN = 500
UNHEALTHY = ("healthz", 503)
FORBIDDEN = 403
FOUND = (200, 302, 303, 400, 503)
ASKED_WITH_MORE = {
    "account/applications/consent/",
    "api/admin/enterprises/action/requestdownload",
    "api/admin/enterprises/{enterprise}/action/requestupload",
    "api/admin/enterprises/{enterprise}/vappspecs/{vappspec}/action/validate",
}
MADE_UP = {"address", "digest", "privilege", "profile", "region", "theme_id", "token"}
PERSONAL = re.compile("own_")
some_actors = pytest.mark.parametrize(
    "actor",
    [actor for actor in ACTORS if actor.name in ("scoped", "administrator", "restricted")],
    ids=lambda actor: actor.name,
)
every_actor = pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)


def test_every_parameter_of_every_address_has_its_place_in_the_matrix():
    unknown = {
        (address.route, name)
        for address in ADDRESSES
        for name in address.parameters
        if name not in THINGS and name not in PLAIN
    }
    assert unknown == set(), "say in tests/isolation/parameters.py what these name"


def test_everything_that_is_there_is_found_by_who_sees_everything(world, estates):
    unlimited = ACTORS[0]
    browser, told = signed_in(unlimited.user(world, estates)), []
    for address in ADDRESSES:
        if address.route in ASKED_WITH_MORE:
            continue
        things = {THINGS.get(name, name) for name in address.parameters}
        if "get" in address.methods and not things & MADE_UP and not any(map(PERSONAL.match, things)):
            answer = ask(browser, "get", address.filled(PLAIN | by_parameter(address, estates["own"])))
            if answer.status not in FOUND:
                told.append((address.route, answer.status))
    assert not told, told


@every_actor
def test_what_is_not_to_be_seen_is_like_nothing(world, estates, actor):
    user = actor.user(world, estates)
    browser, told = signed_in(user), []
    for address in ADDRESSES:
        for relation in RELATIONS:
            ids = by_parameter(address, estates[relation])
            hidden = {name for name in ids if not actor.sees(THINGS[name], relation, user)}
            if hidden:
                told += differences(browser, address, PLAIN | ids, hidden)
    assert not told, told


@every_actor
def test_no_page_and_no_list_names_what_is_not_to_be_seen(world, estates, actor):
    user = actor.user(world, estates)
    browser, hidden, told = signed_in(user), hidden_marks(actor, user), []
    for address in ADDRESSES:
        if "get" in address.methods:
            words = ask(browser, "get", address.filled(PLAIN | by_parameter(address, estates["own"]))).words
            told += [(address.route, mark) for mark in hidden if mark in words]
    assert not told, told


@some_actors
def test_no_search_and_no_filter_finds_what_is_not_to_be_seen(world, estates, actor):
    user = actor.user(world, estates)
    browser, hidden, told = signed_in(user), hidden_marks(actor, user), []
    begun = [canary(relation)[:-2] for relation in ("foreign", "closed")]
    queries = [*(f"?q={text}&has={text}" for text in begun), *narrowing(estates["foreign"])]
    for address in ADDRESSES:
        if "get" not in address.methods or set(things_of(address)) - {"enterprise", "virtual_datacenter"}:
            continue
        path = address.filled(PLAIN | by_parameter(address, estates["own"]))
        for query in queries:
            answer = ask(browser, "get", path + query)
            told += [(address.route, query, mark) for mark in hidden if mark in answer.words]
            if is_broken(address, answer):
                told.append((address.route, query, answer.status))
    assert not told, told


@some_actors
def test_no_reference_in_a_body_reaches_what_is_not_to_be_seen(world, estates, actor):
    user = actor.user(world, estates)
    browser, hidden, told = signed_in(user), hidden_marks(actor, user), []
    for address in ADDRESSES:
        path = address.filled(PLAIN | by_parameter(address, estates["own"]))
        for method in set(address.methods) & {"post", "put", "patch"}:
            for body in bodies(address, estates["foreign"]):
                answer = ask(browser, method, path, body)
                told += [(method, address.route, mark) for mark in hidden if mark in answer.words]
                if is_broken(address, answer):
                    told.append((method, address.route, answer.status))
    assert not told, told


@every_actor
def test_a_refusal_names_a_right_that_is_really_missing(world, estates, actor):
    user = actor.user(world, estates)
    browser, told = signed_in(user), []
    privileges = set(Privilege.objects.values_list("name", flat=True))
    for address in ADDRESSES:
        for method in address.methods:
            answer = ask(browser, method, address.filled(PLAIN | by_parameter(address, estates["own"])))
            named = {name for name in privileges if re.search(rf"\b{name}\b", answer.words)}
            if is_broken(address, answer) or (
                answer.status == FORBIDDEN and named and named <= user.privileges
            ):
                told.append((method, address.route, answer.status, named))
    assert not told, told


def is_broken(address: Address, answer: Answer) -> bool:
    """An error of the server; that nothing is healthy without remote services is none."""
    return answer.status >= BROKEN and (address.route, answer.status) != UNHEALTHY


def things_of(address: Address) -> list[str]:
    return [THINGS[name] for name in address.parameters if name in THINGS]


def bodies(address: Address, ids: dict) -> list[dict]:
    """What is sent to name somebody's things: links in JSON one by one, fields of a form all at once."""
    return [body_with(ids, thing) for thing in HREFS] if address.is_rest else [form_with(ids)]


def hidden_marks(actor, user) -> list[str]:
    """Texts that stand in the names of what the actor may not see."""
    return [
        canary(relation, part)
        for thing, part in (("template", ""), ("virtual_machine", "inner"))
        for relation in RELATIONS
        if not actor.sees(thing, relation, user)
    ]


def differences(browser, address: Address, values: dict, hidden: set[str]) -> list[tuple]:
    """How the answers about hidden things differ from those about nothing.

    What was remembered for a while may run out between two questions; it does not do so three times.
    """
    found = []
    nothing = values | nothing_for({name: values[name] for name in hidden})
    for method in address.methods:
        for _attempt in range(3):
            here = ask(browser, method, address.filled(values))
            nowhere = ask(browser, method, address.filled(nothing))
            if here == nowhere:
                break
        if here.status < REFUSED or here != nowhere:
            found.append((method, address.route, here.status, here.unlike(nowhere)))
    return found
