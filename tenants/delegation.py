"""Acting through something the user gave out to a program: never with more than both of them hold."""

import copy
from dataclasses import replace
from typing import Self

_DERIVED = ("reach", "tenant_reach", "location_reach", "_reached_enterprises")


class Delegable:
    """Mixed into users. ``limited_to`` None: all that the user's roles grant."""

    delegated = False
    limited_to: frozenset[str] | None = None

    def through(self, limited_to: frozenset[str] | None = None) -> Self:
        """A copy of this user as a program acts for them. It may not give out further credentials."""
        acting = copy.copy(self)
        acting.delegated = True
        if limited_to is None:
            return acting
        for name in _DERIVED:
            acting.__dict__.pop(name, None)
        acting.limited_to = limited_to
        acting.privileges = self.privileges & limited_to
        acting.datacenter_roles = {
            datacenter: replace(role, privileges=role.privileges & limited_to)
            for datacenter, role in self.datacenter_roles.items()
        }
        return acting

    @property
    def bounds(self) -> str:
        """Tells what was found under these limits from what was found without them."""
        return "" if self.limited_to is None else ",".join(sorted(self.limited_to))
