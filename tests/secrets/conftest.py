from tests.isolation.estates import estates  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures
