from tests.isolation.asking import asked
from tests.isolation.estates import estates  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures


def pytest_terminal_summary(terminalreporter):
    """The number of requests made, by method, in the report of the run."""
    if asked:
        total = ", ".join(f"{count} {method.upper()}" for method, count in sorted(asked.items()))
        terminalreporter.write_line(f"isolation: {sum(asked.values())} requests ({total})")
