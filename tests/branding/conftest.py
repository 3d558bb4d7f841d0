import pytest

from tests.resellers import made_reseller
from tests.server_fixtures import world  # noqa: F401  a fixture


@pytest.fixture
def sold(world):  # noqa: F811  the fixture above
    """A world in which Resell sells to Acme, and Rival buys from the provider."""
    world.reseller, world.boss = made_reseller(world)
    world.provider, world.rival  # noqa: B018  they exist
    return world
