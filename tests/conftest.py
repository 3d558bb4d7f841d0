"""What every test may use. Free of Django: the tests of the remote services run without it."""

import os

import pytest

pytest_plugins = ["tests.peers.plugin", "tests.counting"]


def pytest_configure(config: pytest.Config) -> None:
    """On SQLite tables are made from the models, which takes a third of the time; that migrations come to the
    same is looked at by the lint, and they run on MariaDB here and wherever the whole product starts."""
    if hasattr(config.option, "nomigrations") and not _on_mariadb():
        config.option.nomigrations = True


def _on_mariadb() -> bool:
    url = os.environ.get("ATRIUM_DATABASE_URL", "")
    return url.startswith("mysql") or os.environ.get("ATRIUM_TEST_DATABASE") == "mariadb"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """With ATRIUM_TEST_DATABASE=mariadb the tests of the server run on the run's MariaDB."""
    from tests.emptying import empty_quickly

    empty_quickly()
    if os.environ.get("ATRIUM_TEST_DATABASE") == "mariadb":
        from django.conf import settings
        from django.db import connections

        from portal.settings.database import database

        entry = settings.DATABASES["default"]
        entry.clear()
        entry.update(database(request.getfixturevalue("mariadb_url")))
        connections.configure_settings(settings.DATABASES)
        del connections["default"]
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
