"""Which privileges changing infrastructure takes."""

from typing import Any

from tenants.access import require

MANAGE = "PHYS_DC_MANAGE"
MODIFY_HOSTS = "PHYS_DC_ALLOW_MODIFY_SERVERS"


def require_privilege(actor: Any, privilege: str) -> None:
    """Like ``tenants.access.require``; ``actor`` None is the platform itself (seeds, commands)."""
    if actor is not None:
        require(actor, privilege)
