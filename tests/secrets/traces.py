"""Looks for secrets where they might have been left: every row, what is logged, remembered and answered."""

import base64
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.isolation.addresses import ours
from tests.isolation.asking import by_parameter
from tests.isolation.parameters import PLAIN

ROWS_PER_ADMIN_PAGE = 20


class Log(logging.Handler):
    """Keeps each record whole: its words, its arguments, what it carries besides, and its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter())
        self._kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(f"{self.format(record)} {record.__dict__}")

    @property
    def text(self) -> str:
        return "\n".join(self._kept)


def left_in(text: str, secrets: dict[str, str]) -> list[str]:
    """Names of the secrets that stand in a text, plain or as encodings show them."""
    return [name for name, secret in secrets.items() if any(each in text for each in _spellings(secret))]


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table of the product and of its kits, by its column."""
    for model in apps.get_models():
        columns = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values(*columns):
            for column, value in row.items():
                yield f"{model._meta.label}.{column}", str(value)


def remembered() -> str:
    """All that the cache of the test's process holds."""
    return repr([*getattr(cache, "_cache", {}).items()])


def answers(browser: Client, ids: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What every address shows of these things, and the back office of everything, to a browser."""
    for address in ours():
        if "get" in address.methods:
            path = address.filled(PLAIN | by_parameter(address, ids))
            yield path, _text(browser.get(path))
    for model in admin.site._registry:
        room = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield room, _text(browser.get(reverse(f"{room}_changelist")))
        for key in model._default_manager.values_list("pk", flat=True)[:ROWS_PER_ADMIN_PAGE]:
            for part in ("change", "history"):
                path = reverse(f"{room}_{part}", args=[key])
                yield path, _text(browser.get(path))


def sealed() -> dict[str, str]:
    """Every sealed text there is; nobody needs to see one either."""
    return {column: text for column, text in rows() if text.startswith("s1:")}


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers}\n{body.decode(errors='replace')}"


def _spellings(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")[:-1]}
