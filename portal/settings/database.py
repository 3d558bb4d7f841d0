"""Django's settings for a database address, the same for SQLite and MariaDB wherever one is used."""

from typing import Any

import dj_database_url

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
}
MARIADB_OPTIONS = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "init_command": "SET sql_mode='STRICT_TRANS_TABLES', innodb_lock_wait_timeout=20",
}


def database(url: str) -> dict[str, Any]:
    """Settings of one entry of DATABASES.

    SQLite runs in WAL mode and takes its write lock when a transaction begins, so that two
    writers queue instead of failing half-way. MariaDB reads what is committed.
    """
    settings: dict[str, Any] = dj_database_url.parse(url)
    if settings["ENGINE"].endswith("sqlite3"):
        return settings | {"OPTIONS": SQLITE_OPTIONS}
    options = settings.get("OPTIONS", {}) | MARIADB_OPTIONS
    return settings | {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
