"""Acting through something the user gave out to a program: never with more than both of them hold."""

import copy
from dataclasses import replace
from typing import Any, Self

from django.utils.translation import gettext as _

from core.errors import PermissionRefused

_DERIVED = ("reach", "tenant_reach", "location_reach", "_reached_enterprises")


class Delegable:
    """Mixed into users. ``limited_to`` None: all that the user's roles grant."""

    delegated = False
    limited_to: frozenset[str] | None = None

    @staticmethod
    def unconfirmed() -> bool:
        """Whether they showed long ago who they are. Requests of a browser session replace this."""
        return False

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


def require_own_hands(actor: Any) -> None:
    """Raise PermissionRefused for programs: what was given out may not change what one signs in with."""
    if actor.delegated:
        raise PermissionRefused(
            _("A program that acts for you can't create or change what you sign in with."),
            code="CREDENTIAL_NOT_ENOUGH",
            remedy=_("Sign in with your password or in a browser."),
        )


def require_confirmed(actor: Any) -> None:
    """Raise PermissionRefused for programs, and for browser sessions whose user has not entered the password
    or a second factor of late: who finds an open browser shall not keep the account."""
    require_own_hands(actor)
    if actor.unconfirmed():
        raise PermissionRefused(
            _("This changes what you sign in with, so it takes your password once more."),
            code="CREDENTIAL_NOT_ENOUGH",
            remedy=_("Do it in the portal under My account, where you are asked for it."),
        )
