"""A database of its own on the run's MariaDB."""

from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import MySQLdb


def new_database(url: str) -> str:
    """Create an empty database; its address."""
    parts = urlsplit(url)
    name = f"atrium_{uuid4().hex[:12]}"
    connection = MySQLdb.connect(
        host=parts.hostname, port=parts.port, user=parts.username, password=parts.password or ""
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    connection.close()
    return urlunsplit(parts._replace(path=f"/{name}"))
