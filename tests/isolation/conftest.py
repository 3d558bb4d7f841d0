from tests.counting import COUNTED
from tests.isolation.asking import asked
from tests.isolation.estates import estates  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures


def pytest_sessionfinish(session):
    """The number of requests made, by method, for the report of the run."""
    if asked:
        session.config.stash[COUNTED]["isolation: requests"] = dict(asked)
