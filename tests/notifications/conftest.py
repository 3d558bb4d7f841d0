import pytest

from tests.notifications.post_office import PostOffice
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures
from tests.shared_database import shared_database  # noqa: F401  a fixture


@pytest.fixture
def post_office():
    """A real SMTP server that takes everything, unless it is told otherwise."""
    with PostOffice() as office:
        yield office


@pytest.fixture
def provided(world, post_office):  # noqa: F811  the fixture above
    """The world with a mail server for all."""
    post_office.set_up(world.cloud_admin, world.provider)
    return world
