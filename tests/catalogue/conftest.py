from tests.catalogue.list_mirror import mirror  # noqa: F401  fixture
from tests.catalogue.offers import offers  # noqa: F401  fixture
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures
