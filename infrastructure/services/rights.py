"""Which privileges changing infrastructure takes."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import PermissionRefused
from infrastructure.models import Datacenter
from tenants.access import require

MANAGE = "PHYS_DC_MANAGE"
MODIFY_HOSTS = "PHYS_DC_ALLOW_MODIFY_SERVERS"


def require_privilege(actor: Any, privilege: str, datacenter: Datacenter | None = None) -> None:
    """Like ``tenants.access.require``; ``actor`` None is the platform itself (seeds, commands).

    Changing a datacenter, or what is in it, also takes a scope that has it: being allowed to use it is not
    enough.
    """
    if actor is None:
        return
    require(actor, privilege)
    if datacenter and not Datacenter.objects.within_reach_of(actor).filter(pk=datacenter.pk).exists():
        raise PermissionRefused(
            _("%(datacenter)s lies outside of your scope.") % {"datacenter": datacenter},
            remedy=_("Ask an administrator whose scope has it."),
        )
