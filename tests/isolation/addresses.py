"""Every address there is, out of the URL configuration: pages, REST, sign-in, back office, websockets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize

from portal.routing import websocket_urlpatterns
from portal.urls import closed

METHODS = ("get", "post", "put", "patch", "delete")
OFFICE = "admin/"
CATCH_ALLS = ("api/{rest}", "admin/{url}")


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
    """Every address but those of the back office: our own views and what the sign-in kit has under
    accounts/, open or closed."""
    return [each for each in _all() if not each.route.startswith((OFFICE, *CATCH_ALLS))]


def of_the_back_office() -> list[Address]:
    """The addresses of the Django admin, those of our own in its place included."""
    return [each for each in _all() if each.route.startswith(OFFICE) and each.route not in CATCH_ALLS]


def websockets() -> list[Address]:
    """Every websocket; it has no methods."""
    return [Address(route, tuple(re.findall(r"\{(\w+)\}", route)), ()) for route in _sockets()]


def _sockets() -> Iterator[str]:
    for pattern in websocket_urlpatterns:
        yield _template(pattern.pattern)


def _all() -> Iterator[Address]:
    for route, pattern in _patterns(get_resolver().url_patterns):
        # What the kit has and we close lies under these patterns, and is asked by its own name.
        if pattern.callback is not closed:
            yield Address(route, tuple(re.findall(r"\{(\w+)\}", route)), _methods_of(pattern))


def _patterns(patterns: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + _template(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _patterns(pattern.url_patterns, route)


def _template(pattern: Any) -> str:
    """The route with its parameters in braces, of a path and of a regular expression."""
    if isinstance(pattern, RegexPattern):
        return re.sub(r"%\((\w+)\)s", r"{\1}", normalize(pattern.regex.pattern)[0][0])
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern))


def _methods_of(pattern: URLPattern) -> tuple[str, ...]:
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    return tuple(name for name in METHODS if hasattr(view, name)) if view else ("get", "post")
