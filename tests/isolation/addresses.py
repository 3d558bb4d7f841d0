"""Every address there is, out of the URL configuration: pages, REST, back office, sign-in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")
KITS = ("admin/", "accounts/", "^accounts/")
CATCH_ALL = "api/^"


@dataclass(frozen=True)
class Address:
    """``route`` has its parameters in braces; ``methods`` are lower-case names the view answers."""

    route: str
    parameters: tuple[str, ...]
    methods: tuple[str, ...]

    @property
    def is_rest(self) -> bool:
        return self.route.startswith("api/")

    def filled(self, values: dict[str, Any]) -> str:
        return "/" + self.route.format(**values)


def ours() -> list[Address]:
    """The addresses of our own views."""
    return [each for each in _all() if not each.route.startswith((*KITS, CATCH_ALL))]


def of_kits() -> list[Address]:
    """The addresses of the back office and of the sign-in kit."""
    return [each for each in _all() if each.route.startswith(KITS)]


def _all() -> Iterator[Address]:
    for route, pattern in _patterns(get_resolver().url_patterns):
        template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        yield Address(template, tuple(re.findall(r"\{(\w+)\}", template)), _methods_of(pattern))


def _patterns(patterns: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _patterns(pattern.url_patterns, route)


def _methods_of(pattern: URLPattern) -> tuple[str, ...]:
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    return tuple(name for name in METHODS if hasattr(view, name)) if view else ("get", "post")
