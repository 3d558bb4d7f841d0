"""Asking an address as somebody, undoing what it wrote, and telling answers apart."""

import copy
import re
from collections import Counter
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any
from uuid import UUID

from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.isolation.addresses import Address
from tests.isolation.parameters import THINGS

NOBODYS_ID = 900_000_001
NOBODYS_UUID = UUID("00000000-0000-4000-8000-00000000dead")
WITH_BODY = ("post", "put", "patch")
VARIABLE = re.compile(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken[^}]*|data-position="\d+"')
asked: Counter[str] = Counter()


@dataclass(frozen=True)
class Answer:
    """``words`` are without what differs each time."""

    status: int
    words: str
    queries: int

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
    return Answer(answer.status_code, words, len(queries))


def signed_in(user: Any) -> Client:
    """The user's browser; its session opens the API as well. An error of the server is an answer.

    What is read once and remembered is read before anything is counted.
    """
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    browser.get("/no-such-page/")
    return browser
