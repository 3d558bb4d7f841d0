from tests.server_fixtures import world  # noqa: F401  a fixture
