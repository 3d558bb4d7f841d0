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
    together = node.config.stash[COUNTED]
    for title, counts in getattr(node, "workeroutput", {}).get("counted", {}).items():
        known = together.setdefault(title, {})
        for name, count in counts.items():
            known[name] = known.get(name, 0) + count


def pytest_terminal_summary(terminalreporter) -> None:
    for title, counts in terminalreporter.config.stash[COUNTED].items():
        parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        terminalreporter.write_line(f"{title} {sum(counts.values())} ({parts})")
