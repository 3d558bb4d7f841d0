"""How much is held, counted from rows. What counts lies in the packages above, which register here.

There is no counter to drift: every figure is a sum over rows, taken when it is asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tenants.limits import RESOURCES, Amounts


@dataclass(frozen=True)
class Extent:
    """What is counted: all of an enterprise, what it has in one location, or one virtual datacenter."""

    enterprise_id: int
    datacenter_id: int | None = None
    virtual_datacenter_id: int | None = None


Source = Callable[[Extent], Amounts]
_sources: dict[frozenset[str], Source] = {}


def register(resources: Iterable[str], source: Source) -> None:
    """Let ``source`` count these resources; it leaves the others 0."""
    _sources[frozenset(resources)] = source


def held(extent: Extent, resources: Iterable[str] = RESOURCES) -> Amounts:
    """How much of the resources is held within the extent now, reservations included.

    Asks only the sources of these resources; the caller ignores whatever else they tell.
    """
    wanted = frozenset(resources)
    amounts = Amounts()
    for counted, source in _sources.items():
        if counted & wanted:
            amounts += source(extent)
    return amounts
