"""What generated tests counted, in the report of the run, also when workers ran them. A plugin of pytest."""

import pytest

COUNTED = pytest.StashKey[dict[str, dict[str, int]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COUNTED] = {}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands on what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counted"] = session.config.stash[COUNTED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    node.config.stash[COUNTED].update(getattr(node, "workeroutput", {}).get("counted", {}))


def pytest_terminal_summary(terminalreporter) -> None:
    for title, counts in terminalreporter.config.stash[COUNTED].items():
        parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        terminalreporter.write_line(f"{title} {sum(counts.values())} ({parts})")
