"""Emptying the database between tests that use transactions, without making anew what never changes."""

from django.core.management.color import no_style
from django.db import connections
from django.test import TransactionTestCase

# Django derives these from the models alone; making them again after each test took most of the emptying.
DERIVED = {"django_content_type", "auth_permission"}
_tables: dict[str, list[str]] = {}


def empty_quickly() -> None:
    """From now on all tables are emptied after such a test but those of DERIVED."""
    TransactionTestCase._fixture_teardown = _empty


def _empty(case: TransactionTestCase) -> None:
    for name in case._databases_names(include_mirrors=False):
        connection = connections[name]
        if name not in _tables:
            found = connection.introspection.django_table_names(only_existing=True, include_views=False)
            _tables[name] = sorted(set(found) - DERIVED)
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), _tables[name]))
