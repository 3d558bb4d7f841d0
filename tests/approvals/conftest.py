from tests.approvals.fixtures import acme, waiting  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures
