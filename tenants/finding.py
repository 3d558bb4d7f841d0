"""Properties that are more than texts: those by which newcomers are led to their enterprise.

Apps above say which these are; who may set them is the properties service's to decide.
"""

from collections.abc import Callable, Iterable

Names = Callable[[], Iterable[str]]
_sources: list[Names] = []


def add_source(names: Names) -> None:
    """Have ``names()`` asked for the names of properties that enterprises are found by."""
    _sources.append(names)


def finding_properties() -> frozenset[str]:
    """The names of all properties that enterprises are found by now."""
    return frozenset(name for names in _sources for name in names())
