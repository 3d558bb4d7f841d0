"""People and roles that tests of rights make up: exactly these privileges, nothing else."""

from typing import Any

from tenants.models import Role, User
from tenants.services import create_role, create_user
from tests.world import World

STRONG = "Blue-Horse-7-battery"


def role_with(world: World, name: str, *privileges: str, enterprise: Any = "acme") -> Role:
    """A role of Acme, or of the given enterprise, with these privileges."""
    world.roles  # noqa: B018  privileges exist before roles hold them
    where = world.acme if enterprise == "acme" else enterprise
    return create_role(actor=None, name=name, enterprise=where, privileges=privileges)


def colleague(world: World, nick: str, *privileges: str, enterprise: Any = None, **fields: Any) -> User:
    """Somebody of Acme with a role of their own that holds just these privileges, as they act."""
    home = enterprise or world.acme
    role = role_with(world, f"Role of {nick}", *privileges, enterprise=home)
    made = create_user(actor=None, enterprise=home, role=role, nick=nick, password=STRONG, **fields)
    return acting(made)


def acting(user: User) -> User:
    """The user as loaded for a new request."""
    return User.objects.actor(user.pk)
