"""Norms that a linter cannot express. The lists of exceptions may only get shorter."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER = (
    "portal", "consoles", "monitoring", "compute", "catalogue", "networking", "billing",
    "infrastructure", "approvals", "identity", "notifications", "branding", "tenants", "operations", "events",
    "core",
)  # fmt: skip
OURS = (*SERVER, "contracts", "remote_services", "deploy", "bench", "tests")
MAX_LINES = 500
MAX_MEDIAN_LINES = 120
MAX_CLASS_LINES = 200
WRITES = {
    "save", "create", "bulk_create", "update", "update_or_create", "get_or_create", "delete", "bulk_update",
}  # fmt: skip
ENTRY_POINTS = ("api", "ui", "admin", "consumers", "tasks", "management")
ACTOR_BOUND = ("api", "ui")
NARROWED = ("visible_to", "usable_by", "none")


def modules(*packages: str) -> Iterator[tuple[Path, str]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" not in relative.parts:
                yield relative, path.read_text()


def entry_points(names: tuple[str, ...]) -> Iterator[tuple[Path, ast.Module]]:
    """Modules of the server that are, or lie in, an entry point of one of these names."""
    for path, source in modules(*SERVER):
        if any(part in names for part in path.with_suffix("").parts[1:-1] + (path.stem,)):
            yield path, ast.parse(source)


def test_no_module_is_too_long():
    assert [str(path) for path, source in modules(*OURS) if source.count("\n") > MAX_LINES] == []


def test_modules_are_short_in_the_middle():
    lengths = [source.count("\n") for path, source in modules(*OURS) if path.name != "__init__.py"]
    assert statistics.median(lengths) <= MAX_MEDIAN_LINES


def test_no_class_is_too_long():
    long = [
        f"{path}: {node.name}"
        for path, source in modules(*OURS)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and node.end_lineno - node.lineno > MAX_CLASS_LINES
    ]
    assert long == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path)
        for path, source in modules(*OURS)
        if source.strip() and path.name not in ("apps.py", "conftest.py")
        if not ast.get_docstring(ast.parse(source))
    ]
    assert silent == []


def test_entry_points_do_not_write_models():
    offenders = [
        f"{path}:{node.lineno}"
        for path, tree in entry_points(ENTRY_POINTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ".objects" in ast.unparse(node.func)
    ]
    assert offenders == []


def test_pages_and_api_read_rows_only_as_the_actor_sees_them():
    offenders = []
    for path, tree in entry_points(ACTOR_BOUND):
        narrowed = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in NARROWED
            for inner in ast.walk(node)
        }
        offenders += [
            f"{path}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in narrowed
        ]
    assert offenders == []


def test_nothing_listens_to_model_signals():
    listening = re.compile(r"\b(pre|post)_(save|delete|init)\b|\bm2m_changed\b")
    assert [str(path) for path, source in modules(*SERVER) if listening.search(source)] == []


def test_no_celery_chains_timers_or_results():
    forbidden = re.compile(
        r"\.(apply_async|delay|get_result|retry)\(|(?<!\.)\b(chain|chord|group)\(|countdown=|result_backend"
    )
    server = [str(path) for path, source in modules(*SERVER, "remote_services") if forbidden.search(source)]
    assert server == []


def test_foreign_keys_never_point_upward(django_apps):
    upward = [
        f"{model.__name__}.{field.name}"
        for model in django_apps
        for field in model._meta.get_fields()
        if field.many_to_one or (field.one_to_one and not field.auto_created)
        if field.related_model._meta.app_label in SERVER
        if SERVER.index(field.related_model._meta.app_label) < SERVER.index(model._meta.app_label)
    ]
    assert upward == []


def test_every_owned_row_can_only_be_read_by_somebody(django_apps):
    """A model with an enterprise has a queryset that asks who is looking."""
    blind = [
        model.__name__
        for model in django_apps
        if any(field.name == "enterprise" for field in model._meta.fields)
        and not hasattr(model._default_manager.all(), "visible_to")
        and model.__name__ != "Claim"
    ]
    assert blind == []
