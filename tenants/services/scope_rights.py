"""Whose scopes are whose to change: those without bounds change all, others only what lies beneath their own.

One's own scope is never one's own to change: it is what one was given.
"""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, NotFound, PermissionRefused
from tenants.models import Scope, ScopeLink, User
from tenants.reach import Reach


def is_beneath(actor: User, scope: Scope) -> bool:
    """Whether the scope lies beneath the actor's own; everything does for those without bounds."""
    if actor.tenant_reach == Reach.ALL:
        return True
    if actor.tenant_reach == Reach.OWN:
        return False
    links = ScopeLink.objects.filter(ancestor=actor.scope_id, descendant=scope, distance__gt=0)
    return links.exists()


def require_changeable(actor: User, scope: Scope, *, moving: bool = False, deleting: bool = False) -> None:
    """Raise Conflict (SCOPE-2, -3, -8, -11) or Invalid (SCOPE-20) unless the actor may change the scope."""
    if scope.unlimited:
        if moving and not deleting:
            raise Invalid(_("The unlimited scope %s has nothing above it.") % scope, code="SCOPE-20")
        raise Conflict(
            _("The unlimited scope %s can't be changed or deleted.") % scope,
            code="SCOPE-2" if deleting else "SCOPE-3",
        )
    if not is_beneath(actor, scope):
        raise Conflict(
            _("You can change the scopes beneath your own; %s is not one of them.") % scope,
            code="SCOPE-11" if deleting else "SCOPE-8",
            remedy=_("Ask an administrator whose scope lies above it."),
        )


def require_parent_allowed(actor: User, parent: Scope | None) -> Scope | None:
    """The scope under which the actor may put another. Raises NotFound or PermissionRefused."""
    if actor.tenant_reach == Reach.ALL:
        return parent
    if parent is None:
        parent = actor.scope
    if actor.tenant_reach == Reach.OWN or parent is None:
        raise PermissionRefused(_("Your role or scope reaches no enterprise but your own."), code="SCOPE-8")
    if parent.pk != actor.scope_id and not is_beneath(actor, parent):
        raise NotFound(_("There is no such scope."), code="SCOPE-1")
    return parent


def require_flags_allowed(actor: User, changes: dict[str, Any]) -> None:
    """What takes in every new enterprise or datacenter is for those to set up who see all of them anyway."""
    if any(after for _before, after in changes.values()) and actor.tenant_reach != Reach.ALL:
        raise PermissionRefused(
            _("A scope that takes in new enterprises or datacenters can be set up without bounds only."),
            code="SCOPE-8",
        )
