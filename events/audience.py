"""Who hears which changes: the live counterpart of what querysets show to an actor."""

from dataclasses import dataclass
from typing import Any

from events.hub import EVERYONE
from events.restriction import SEES_RESTRICTED
from events.visibility import hidden_subjects


@dataclass(frozen=True)
class Audience:
    """``enterprises`` are ids, EVERYONE's alone for all of them; ``virtual_datacenters`` None for any;
    ``hidden`` are kinds of subjects that are not for this user but for their own account.
    ``sees_restricted``: hears of restricted appliances, or does not; in the virtual datacenters
    ``otherwise`` it is the other way round, another role counting there."""

    user_id: int
    enterprises: frozenset[int]
    virtual_datacenters: frozenset[int] | None = None
    hidden: frozenset[str] = frozenset()
    sees_restricted: bool = False
    otherwise: frozenset[int] = frozenset()

    def hears(self, change: dict[str, Any]) -> bool:
        """Whether a change in one of the enterprises concerns this audience."""
        if change["subject_type"] == "user" and change["subject_id"] == self.user_id:
            return True
        if change["subject_type"] in self.hidden:
            return False
        place = change["virtual_datacenter_id"]
        # A process of an older version does not say it.
        if change.get("restricted", True) and self.sees_restricted == (place in self.otherwise):
            return False
        return self.virtual_datacenters is None or place in self.virtual_datacenters


def audience_of(actor: Any) -> Audience:
    """Whom the actor hears now; reads the enterprises and virtual datacenters open to them."""
    opened = frozenset(actor.open_virtual_datacenter_ids()) if actor.restricted else None
    reached = (EVERYONE,) if actor.sees_all_enterprises else actor.reached_enterprise_ids()
    sees = SEES_RESTRICTED in actor.privileges
    otherwise = frozenset(
        place
        for place, role in actor.datacenter_roles.items()
        if (SEES_RESTRICTED in role.privileges) != sees
    )
    return Audience(actor.pk, frozenset(reached), opened, hidden_subjects(actor), sees, otherwise)
