import pytest

from tests.isolation.asking import asked
from tests.isolation.estates import estates  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures


@pytest.fixture(scope="session", autouse=True)
def told_how_many(request):
    """The number of requests made, by method, in the report of the run."""
    yield
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    if reporter and asked:
        total = ", ".join(f"{count} {method.upper()}" for method, count in sorted(asked.items()))
        reporter.write_line(f"isolation: {sum(asked.values())} requests ({total})")
