"""A database that other threads and processes see too, also with SQLite, which tests keep in memory."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def shared_database(world, tmp_path) -> Iterator[dict[str, str]]:
    """The environment for processes of ours that are to work on the test's database."""
    if connection.vendor != "sqlite":
        yield environment_for(_mysql_url(connection.settings_dict))
        return
    path = tmp_path / "shared.sqlite3"
    in_memory, entry = connections["default"], connections.settings["default"]
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        in_memory.connection.backup(copy)
    connections.settings["default"] = entry | {"NAME": str(path)}
    connections["default"] = connections.create_connection("default")
    connections["default"].inc_thread_sharing()
    try:
        yield environment_for(f"sqlite:///{path}")
    finally:
        connections["default"].close()
        connections.settings["default"] = entry
        connections["default"] = in_memory


def environment_for(url: str) -> dict[str, str]:
    return os.environ | {"ATRIUM_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.testing"}


def command(name: str, *arguments: str) -> list[str]:
    """What starts one of our management commands."""
    return [sys.executable, str(ROOT / "manage.py"), name, *arguments]


def _mysql_url(entry: dict) -> str:
    return f"mysql://{entry['USER']}:{entry['PASSWORD']}@{entry['HOST']}:{entry['PORT']}/{entry['NAME']}"
