"""Who hears which changes: the live counterpart of what querysets show to an actor."""

from dataclasses import dataclass
from typing import Any

from events.hub import EVERYONE


@dataclass(frozen=True)
class Audience:
    """``enterprises`` are ids, EVERYONE's alone for all of them; ``virtual_datacenters`` None for any."""

    enterprises: frozenset[int]
    virtual_datacenters: frozenset[int] | None = None

    def hears(self, change: dict[str, Any]) -> bool:
        """Whether a change in one of the enterprises concerns this audience."""
        return self.virtual_datacenters is None or change["virtual_datacenter_id"] in self.virtual_datacenters


def audience_of(actor: Any) -> Audience:
    """Whom the actor hears now; reads the enterprises and virtual datacenters open to them."""
    opened = frozenset(actor.open_virtual_datacenter_ids()) if actor.restricted else None
    if actor.sees_all_enterprises:
        return Audience(frozenset({EVERYONE}), opened)
    return Audience(frozenset(actor.reached_enterprise_ids()), opened)
