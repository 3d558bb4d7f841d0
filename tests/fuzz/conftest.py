from tests.fuzz.calls import called
from tests.isolation.estates import estates  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures


def pytest_terminal_summary(terminalreporter):
    """The number of calls made, by what was answered, in the report of the run."""
    if called:
        total = ", ".join(f"{count} x {status}" for status, count in sorted(called.items()))
        terminalreporter.write_line(f"fuzz: {sum(called.values())} calls ({total})")
