import pytest

from tests.identity.federation.federated import Federated
from tests.peers.openid_provider import ScriptedOpenIdProvider


@pytest.fixture
def federated(world):
    """The world with roles that are known outside by names, ready for sign-in providers."""
    return Federated(world)


@pytest.fixture(scope="module")
def scripted():
    """An OpenID provider that signs what the test tells it to."""
    provider = ScriptedOpenIdProvider()
    yield provider
    provider.stop()
