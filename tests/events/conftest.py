from tests.server_fixtures import datacenter, world  # noqa: F401
