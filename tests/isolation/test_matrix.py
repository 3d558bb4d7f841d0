"""Every address x every actor x their own things, a closed part, a sibling, a stranger x every method.

What an actor may not see must be told apart from nothing by nobody: the same status, the same words and
as many queries as for an id that does not exist.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest
from django.urls import resolve

from portal.urls import closed
from tenants.models import Privilege
from tests.isolation import inputs
from tests.isolation.actors import ACTORS
from tests.isolation.addresses import Address, ours
from tests.isolation.asking import Answer, ask, by_parameter, nobodys, nothing_for, signed_in
from tests.isolation.estates import RELATIONS, canary
from tests.isolation.parameters import (
    FIELDS,
    HREFS,
    OPEN_RELATIONS,
    PLAIN,
    PLAIN_FIELDS,
    PLAIN_QUERIES,
    QUERIES,
    THINGS,
    body_with,
    form_with,
    names_in_forms,
    queries,
    relations,
)

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = ours()
REFUSED = 400
BROKEN = 500
# Nothing is healthy without remote services, and the provider never answers.
AWAY = {("healthz", 503), ("accounts/oidc/{provider_id}/login/", 502)}
FORBIDDEN = 403
FOUND = (200, 302, 303, 400, 503)
ASKED_WITH_MORE = {
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/totp/deactivate/",
    "accounts/discover/",
    "accounts/oidc/{provider_id}/back-channel/",
    "accounts/oidc/{provider_id}/login/callback/",
    "accounts/saml/{organization_slug}/acs/",
    "accounts/saml/{organization_slug}/acs/finish/",
    "accounts/saml/{organization_slug}/sls/",
    "account/applications/consent/",
    "api/admin/enterprises/action/requestdownload",
    "api/admin/enterprises/{enterprise}/action/requestupload",
    "api/admin/enterprises/{enterprise}/vappspecs/{vappspec}/action/validate",
}
NAMING_NOTHING = {"name": "New", "number": 1, "links": []}
MADE_UP = {"address", "digest", "privilege", "profile", "region", "theme_id", "token"}
NAME = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
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


def test_every_name_that_a_request_is_read_by_has_its_place():
    named = {name for names in QUERIES.values() for name in names} | PLAIN_QUERIES
    assert inputs.query_names() - named == set(), "QUERIES or PLAIN_QUERIES"
    fields = {name for thing in (*THINGS.values(), *FIELDS) for name in names_in_forms(thing)}
    assert (inputs.form_names() | set(inputs.form_fields())) - fields - PLAIN_FIELDS == set(), "FIELDS"
    assert inputs.link_names() - relations() - OPEN_RELATIONS == set(), "RELATIONS_IN_BODIES"


def test_everything_that_is_there_is_found_by_who_sees_everything(world, estates):
    unlimited = ACTORS[0]
    browser, told = signed_in(unlimited.user(world, estates)), []
    for address in ADDRESSES:
        if address.route in ASKED_WITH_MORE or is_closed(address):
            continue
        things = {THINGS.get(name, name) for name in address.parameters}
        if "get" in address.methods and not things & MADE_UP and not any(map(PERSONAL.match, things)):
            answer = ask(browser, "get", address.filled(PLAIN | by_parameter(address, estates["own"])))
            if answer.status not in FOUND:
                told.append((address.route, answer.status))
    assert not told, "\n".join(map(str, told))


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
    assert not told, "\n".join(map(str, told))


@every_actor
def test_no_page_and_no_list_names_what_is_not_to_be_seen(world, estates, actor):
    user = actor.user(world, estates)
    browser, hidden, told = signed_in(user), hidden_marks(actor, user), []
    for address in ADDRESSES:
        if "get" in address.methods:
            words = ask(browser, "get", address.filled(PLAIN | by_parameter(address, estates["own"]))).words
            told += [(address.route, mark) for mark in hidden if mark in words]
    assert not told, "\n".join(map(str, told))


@some_actors
def test_no_search_and_no_filter_tells_what_is_not_to_be_seen_from_nothing(world, estates, actor):
    user = actor.user(world, estates)
    browser, hidden, told = signed_in(user), hidden_marks(actor, user), []
    asked = [pair for ids in hidden_estates(actor, user, estates) for pair in both(queries, ids)]
    for address in ADDRESSES:
        if "get" not in address.methods or set(things_of(address)) - {"enterprise", "virtual_datacenter"}:
            continue
        path = address.filled(PLAIN | by_parameter(address, estates["own"]))
        unasked, everything = ask(browser, "get", path), "&".join(query[1:] for query, _nothing in asked)
        for query, nothing in [("?" + everything, ""), *asked]:
            answer = ask(browser, "get", path + query)
            told += [(address.route, query, mark) for mark in hidden if mark in answer.words]
            if is_broken(address, answer):
                told.append((address.route, query, answer.status))
            if not nothing and answer.is_like(unasked):
                break
            if nothing and not answer.is_like(unasked):
                told += told_apart(browser, "get", (path + query, None), (path + nothing, None))
    assert not told, "\n".join(map(str, told))


@some_actors
def test_no_reference_in_a_body_tells_what_is_not_to_be_seen_from_nothing(world, estates, actor):
    user = actor.user(world, estates)
    browser, hidden, told = signed_in(user), hidden_marks(actor, user), []
    everything = list(hidden_estates(actor, user, estates))
    for address in ADDRESSES:
        path = address.filled(PLAIN | by_parameter(address, estates["own"]))
        pairs = [pair for ids in everything for pair in both(partial(bodies, address), ids)]
        for method in set(address.methods) & {"post", "put", "patch"}:
            unasked = ask(browser, method, path, NAMING_NOTHING)
            for body, nothing in [(merged(body for body, _nothing in pairs), None), *pairs]:
                answer = ask(browser, method, path, body)
                told += [(method, address.route, mark) for mark in hidden if mark in answer.words]
                if is_broken(address, answer):
                    told.append((method, address.route, answer.status))
                if not nothing and answer.is_like(unasked):
                    break
                if nothing and not answer.is_like(unasked):
                    told += told_apart(browser, method, (path, body), (path, nothing))
    assert not told, "\n".join(map(str, told))


@every_actor
def test_a_refusal_names_a_right_that_is_really_missing(world, estates, actor):
    user = actor.user(world, estates)
    browser, told = signed_in(user), []
    privileges = set(Privilege.objects.values_list("name", flat=True))
    for address in ADDRESSES:
        for method in address.methods:
            answer = ask(browser, method, address.filled(PLAIN | by_parameter(address, estates["own"])))
            named = privileges & set(NAME.findall(answer.words))
            if is_broken(address, answer) or (
                answer.status == FORBIDDEN and named and named <= user.privileges
            ):
                told.append((method, address.route, answer.status, named))
    assert not told, "\n".join(map(str, told))


def is_broken(address: Address, answer: Answer) -> bool:
    """An error of the server, unless it tells what is away."""
    return answer.status >= BROKEN and (address.route, answer.status) not in AWAY


def is_closed(address: Address) -> bool:
    """Whether the sign-in kit has it and this installation does not."""
    return address.route.startswith("accounts/") and resolve(address.filled(PLAIN | {"pk": 1})).func is closed


def things_of(address: Address) -> list[str]:
    return [THINGS[name] for name in address.parameters if name in THINGS]


def bodies(address: Address, ids: dict, kinds: set[str]) -> list[dict]:
    """What is sent to name somebody's things: links in JSON one by one, fields of a form all at once."""
    if address.is_rest:
        return [body_with(ids, thing) for thing in HREFS if thing in kinds]
    return [form_with(ids, kinds)]


def merged(bodies: Iterable[dict]) -> dict:
    """One body with the fields and links of all."""
    fields, links = {}, []
    for each in bodies:
        fields |= each
        links += each.get("links", [])
    return fields | ({"links": links} if links else {})


def hidden_estates(actor, user, estates: dict[str, dict]) -> Iterator[tuple[dict, set[str]]]:
    """A stranger's things, and for whom there is one the closed part at home: all ids, and the kinds of
    things that are not to be seen."""
    for relation in ("foreign", "closed"):
        ids = estates[relation]
        kinds = {thing for thing in ids if not actor.sees(thing, relation, user)}
        if "virtual_machine" in kinds:
            yield ids, kinds | {"mark"}


def both(asked: Callable, hidden: tuple[dict, set[str]]) -> list[tuple]:
    """Questions about hidden things, each with the same one about nothing."""
    ids, kinds = hidden
    return list(zip(asked(ids, kinds), asked(nobodys(ids), kinds), strict=True))


def hidden_marks(actor, user) -> list[str]:
    """Texts that stand in the names of what the actor may not see."""
    return [
        canary(relation, part)
        for thing, part in (("template", ""), ("virtual_machine", "inner"))
        for relation in RELATIONS
        if not actor.sees(thing, relation, user)
    ]


def differences(browser, address: Address, values: dict, hidden: set[str]) -> list[tuple]:
    """How the answers about hidden things differ from those about nothing."""
    found = []
    nothing = values | nothing_for({name: values[name] for name in hidden})
    for method in address.methods:
        asked, of_nothing = (address.filled(values), None), (address.filled(nothing), None)
        here, nowhere = compared(browser, method, asked, of_nothing)
        if here.status < REFUSED or here != nowhere:
            found.append((method, address.route, here.status, here.unlike(nowhere)))
    return found


def told_apart(browser, method: str, asked: tuple, of_nothing: tuple) -> list[tuple]:
    """How answers differ that repeat what was asked for. Where the same question gets other words each time,
    as where a secret is made, words tell nothing."""
    here, nowhere = compared(browser, method, asked, of_nothing)
    again = ask(browser, method, *of_nothing)
    alike = (here.status, here.queries) == (nowhere.status, nowhere.queries)
    if here.is_like(nowhere) or (alike and not again.is_like(nowhere)):
        return []
    return [(method, *asked, here.status, here.without_numbers.unlike(nowhere.without_numbers))]


def compared(browser, method: str, asked: tuple, of_nothing: tuple) -> tuple[Answer, Answer]:
    """The answers to two questions, each a path and a body. What was remembered for a while may run out
    between them; it does not do so three times."""
    for _attempt in range(3):
        here, nowhere = (ask(browser, method, path, body) for path, body in (asked, of_nothing))
        if here.is_like(nowhere):
            break
    return here, nowhere
