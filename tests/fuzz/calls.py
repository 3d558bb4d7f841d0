"""Calls made up from the description of the API, of things of every estate, and making them."""

import copy
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
import yaml
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core import NOT_SET

from tests.isolation.estates import RELATIONS
from tests.isolation.parameters import HREFS, PLAIN, QUERIES, RELATIONS_IN_BODIES, THINGS, queries

called: Counter[int] = Counter()
INVENTED = "invented"
MOST_LINKS = 3


@dataclass(frozen=True)
class Call:
    """``body`` is text ready to be sent, None for none."""

    method: str
    path: str
    body: str | None = None
    media_type: str | None = None


@dataclass(frozen=True)
class Answer:
    """``words`` are headers and body."""

    status: int
    words: str


def described() -> list[Any]:
    """Every operation of the description that the server gives of its API."""
    raw = yaml.safe_load(Client().get("/api/schema").content)
    return [found.ok() for found in schemathesis.openapi.from_dict(raw).get_all_operations()]


def made_up(operation: Any, estates: dict[str, dict[str, Any]], most: int) -> list[Call]:
    """Calls of one operation, the same in each run. Most of them name things that are there."""
    calls = []

    @settings(
        max_examples=most, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(_calls(operation, estates))
    def note(call: Call) -> None:
        calls.append(call)

    note()
    return calls


def make(browser: Client, call: Call) -> Answer:
    """What is answered; everything written meanwhile is undone."""
    options = {"data": call.body, "content_type": call.media_type} if call.body is not None else {}
    cookies = copy.deepcopy(browser.cookies)
    with transaction.atomic():
        answer = browser.generic(call.method.upper(), call.path, **options)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    browser.cookies = cookies
    called[answer.status_code] += 1
    return Answer(answer.status_code, f"{answer.headers}\n{body.decode(errors='replace')}")


@st.composite
def _calls(draw: st.DrawFn, operation: Any, estates: dict[str, dict[str, Any]]) -> Call:
    case = draw(operation.as_strategy())
    relation = draw(st.sampled_from(["own", *RELATIONS, INVENTED]))
    parameters = dict(case.path_parameters or {})
    if relation != INVENTED:
        parameters |= _of(estates[relation], parameters)
    address = operation.path.format(**{name: quote(str(each), safe="") for name, each in parameters.items()})
    query = _text(case.query) or draw(
        st.sampled_from(["", *queries(estates["foreign"], set(QUERIES))])
    ).strip("?")
    if case.body is NOT_SET:
        return Call(case.method, f"{address}?{query}")
    body = case.body
    if isinstance(body, dict) and draw(st.booleans()):
        body = body | {"links": draw(st.lists(_links(estates), max_size=MOST_LINKS))}
    return Call(case.method, f"{address}?{query}", _json(body), case.media_type)


def _of(estate: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    known = PLAIN | {name: estate[thing] for name, thing in THINGS.items()}
    return {name: known[name] for name in names if name in known}


def _links(estates: dict[str, dict[str, Any]]) -> st.SearchStrategy[dict[str, str]]:
    """Links to things of every estate, under each name such a link may have."""
    return st.sampled_from(
        [
            {"rel": rel, "href": href.format(**estate)}
            for thing, href in HREFS.items()
            for rel in RELATIONS_IN_BODIES.get(thing, (thing,))
            for estate in estates.values()
        ]
    )


def _text(query: dict[str, Any] | None) -> str:
    return urlencode(query or {}, doseq=True, errors="replace")


def _json(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, default=str)
