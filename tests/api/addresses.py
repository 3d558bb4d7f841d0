"""Every address of the API with its view, out of the URL configuration."""

import re
from collections.abc import Iterator

from core.api.views import DialectView
from portal.api_urls import urlpatterns

METHODS = ("get", "put", "post", "delete")


def addresses() -> Iterator[tuple[str, type[DialectView], list[str]]]:
    """(template like ``admin/roles/{role}``, view, names of its parameters)."""
    for pattern in urlpatterns:
        view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
        if view is None or not issubclass(view, DialectView):
            continue
        template = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        yield template, view, re.findall(r"\{(\w+)\}", template)


def methods_of(view: type[DialectView]) -> list[str]:
    """The methods a view answers."""
    return [name for name in METHODS if hasattr(view, name)]
