"""Asking an address as somebody, undoing what it wrote, and telling answers apart."""

import copy
import re
from collections import Counter
from dataclasses import dataclass, replace
from difflib import unified_diff
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.isolation.addresses import Address
from tests.isolation.parameters import THINGS

NOBODYS_ID = 900_000_001
NOBODYS_UUID = UUID("00000000-0000-4000-8000-00000000dead")
LONGEST_TEST_SECONDS = 3600
WITH_BODY = ("post", "put", "patch")
ASKED_FOR = re.compile(r"zq[a-z]+(?!zq)\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+|\d+")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
OF_THE_SESSION = re.compile("django_session|identity_browsersession")
VARIABLE = re.compile(
    r'csrfmiddlewaretoken" value="\w+"|name="key" value="\w+"|X-CSRFToken[^}]*|data-position="\d+"'
)
asked: Counter[str] = Counter()


@dataclass(frozen=True)
class Answer:
    """``words`` are without what differs each time; ``writes`` tells whether any row was written, but for
    those of the session."""

    status: int
    words: str
    queries: int
    writes: bool = False

    @property
    def without_numbers(self) -> "Answer":
        """Without ids, and without the texts that were searched for, which answers repeat."""
        return replace(self, words=ASKED_FOR.sub("#", self.words))

    def is_like(self, other: "Answer") -> bool:
        """Whether both say the same, but for the ids that were asked for."""
        return self == other or self.without_numbers == other.without_numbers

    def unlike(self, other: "Answer") -> list[Any]:
        """What another answer has otherwise: status, number of queries, the lines of words."""
        lines = unified_diff(self.words.splitlines(), other.words.splitlines(), lineterm="", n=0)
        return [other.status, other.queries - self.queries, *list(lines)[2:8]]


def by_parameter(address: Address, ids: dict[str, Any]) -> dict[str, Any]:
    """Values for the parameters that name things, out of an estate."""
    return {name: ids[THINGS[name]] for name in address.parameters if name in THINGS}


def nothing_for(values: dict[str, Any]) -> dict[str, Any]:
    """Ids of the same types that nothing has."""
    return {name: NOBODYS_UUID if isinstance(value, UUID) else NOBODYS_ID for name, value in values.items()}


def nobodys(ids: dict[str, Any]) -> dict[str, Any]:
    """An estate nobody has: ids of the same types, and a text that stands nowhere."""
    texts = {name: "zqnobody" for name, value in ids.items() if isinstance(value, str)}
    return nothing_for(ids) | texts


def ask(browser: Client, method: str, path: str, body: Any = None) -> Answer:
    """What is answered; everything written meanwhile is undone."""
    asked[method] += 1
    options: dict[str, Any] = {}
    if method in WITH_BODY:
        options = {"data": body or {}}
        if path.startswith("/api/"):
            options["content_type"] = "application/json"
    cookies = copy.deepcopy(browser.cookies)
    # The log of queries holds no more than so many; full, it would count none.
    reset_queries()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = getattr(browser, method)(path, headers={"X-Correlation-Id": "isolation-test"}, **options)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    browser.cookies = cookies
    words = VARIABLE.sub("", text.decode(errors="replace")).replace(path.partition("?")[0], "")
    return Answer(answer.status_code, words, len(queries), any(map(_is_write, queries.captured_queries)))


def _is_write(query: dict[str, str]) -> bool:
    return query["sql"].startswith(WRITES) and not OF_THE_SESSION.search(query["sql"])


def signed_in(user: Any) -> Client:
    """The user's browser; its session opens the API as well. An error of the server is an answer.

    Who they are was confirmed of late, and stays so. What is read once and remembered is read before
    anything is counted.
    """
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    session = browser.session
    record_authentication(SimpleNamespace(session=session), user, "password", reauthenticated=True)
    session[AUTHENTICATION_METHODS_SESSION_KEY][0]["at"] += LONGEST_TEST_SECONDS
    session.save()
    browser.get("/no-such-page/")
    return browser
