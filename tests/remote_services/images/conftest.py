from collections.abc import Callable, Iterator

import pytest

from tests.counting import COUNTED
from tests.remote_services.images.making import Workshop


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """Sound images, made once."""
    return tmp_path_factory.mktemp("sound")


@pytest.fixture
def workshop(tmp_path, shelf) -> Workshop:
    folder = tmp_path / "work"
    folder.mkdir()
    return Workshop(folder, shelf)


@pytest.fixture
def count(request) -> Iterator[Callable[[str], None]]:
    """Adds one to what the report of the run says of images."""

    def add(what: str) -> None:
        counts = request.config.stash[COUNTED].setdefault("images:", {})
        counts[what] = counts.get(what, 0) + 1

    return add
