"""A repository that is mounted, and an image to convert."""

from pathlib import Path

import pytest

from remote_services.runtime import mount
from remote_services.runtime.settings import settings
from tests.remote_services.conversion_manager.converting import MIB, SIZE


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    directory = tmp_path / "repository"
    (directory / "7").mkdir(parents=True)
    (directory / mount.MARKER).touch()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    monkeypatch.setenv("ATRIUM_CONVERSION_CONCURRENCY", "1")
    settings.cache_clear()
    return directory


@pytest.fixture(scope="session")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("content") / "content.raw"
    with path.open("wb") as file:
        file.write(b"\xeb\x3c" + bytes(508) + b"\x55\xaa")
        file.seek(3 * MIB)
        file.write(b"atrium" * 50_000)
        file.truncate(SIZE)
    return path
