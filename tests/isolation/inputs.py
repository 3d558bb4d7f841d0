"""The names under which requests are read, out of the source: query parameters, fields of forms, links in
bodies."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django import forms

from tests.isolation.reading import Readings

ROOT = Path(__file__).resolve().parents[2]
SERVER = (
    "portal", "consoles", "monitoring", "compute", "catalogue", "networking", "billing", "infrastructure",
    "approvals", "identity", "notifications", "branding", "tenants", "operations", "events", "core",
)  # fmt: skip
QUERY_READERS = {"flag", "number", "words"}
LINK_READERS = {"reference", "references", "require_reference", "numbered"}
OTHERS = ("django.", "unfold.", "allauth.")


def query_names() -> set[str]:
    """Query parameters: of pages, of views of the API, and the filters its lists declare."""
    read = Readings(_trees(), "GET", "params").names()
    return read | _called(QUERY_READERS) | set(_declared_filters())


def form_names() -> set[str]:
    """Fields read from a form as it was sent."""
    return Readings(_trees(), "POST").names()


def link_names() -> set[str]:
    """Relations of links that are read from bodies."""
    return _called(LINK_READERS)


def form_fields() -> dict[str, set[type]]:
    """Fields of our forms that take rows, with the models of the rows."""
    found: dict[str, set[type]] = {}
    for form in _beneath(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if hasattr(field, "queryset") and not form.__module__.startswith(OTHERS):
                found.setdefault(name, set()).add(getattr(field.queryset, "model", None))
    return found


@cache
def _trees() -> tuple[ast.AST, ...]:
    files = [path for package in SERVER for path in (ROOT / package).rglob("*.py")]
    return tuple(ast.parse(path.read_text()) for path in files)


@cache
def _nodes() -> tuple[ast.AST, ...]:
    return tuple(node for tree in _trees() for node in ast.walk(tree))


def _called(methods: set[str]) -> set[str]:
    """Constants ``x`` of ``….method("x")``."""
    return {name for call in _calls(methods) for name in _constant(call.args[0])}


def _calls(methods: set[str]) -> Iterator[ast.Call]:
    for node in _nodes():
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if called and node.func.attr in methods:
            yield node


def _declared_filters() -> Iterator[str]:
    """Keys of ``{"name": Filter(…)}``, wherever such a mapping is written."""
    for node in _nodes():
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and isinstance(value, ast.Call) and _last_name(value.func) == "Filter":
                    yield from _constant(key)


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _constant(node: ast.AST) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _beneath(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _beneath(each)
