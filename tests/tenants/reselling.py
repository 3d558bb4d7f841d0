"""A reseller beneath the provider, with an administrator who is confined by its scope."""

from dataclasses import dataclass
from typing import Any

from tenants.models import Enterprise, Privilege, Role, Scope, User
from tenants.services import create_enterprise, create_scope, create_user
from tests.world import PASSWORD

DELEGATED = (
    "ENTERPRISE_ENUMERATE", "ENTERPRISE_ADMINISTER_ALL", "ENTERPRISE_MANAGE_PROPERTIES",
    "ENTERPRISE_VIEW_HIERARCHY", "USERS_MANAGE_ENTERPRISE", "USERS_MANAGE_OTHER_ENTERPRISES",
    "USERS_MANAGE_SCOPES",
)  # fmt: skip


@dataclass
class Reselling:
    """``resi`` administers ``reseller``, whose scope is ``scope``."""

    scope: Scope
    reseller: Enterprise
    role: Role
    resi: User


def reselling(world: Any, *more: str) -> Reselling:
    """Resi's role is that of an enterprise administrator who may delegate, and ``more`` privileges."""
    scope = create_scope(actor=world.cloud_admin, name="Resold")
    reseller = create_enterprise(
        actor=world.cloud_admin, name="Reseller", default_scope=scope, is_reseller=True
    )
    return Reselling(scope, reseller, *administrator_of(world, reseller, scope, "resi", *more))


def administrator_of(
    world: Any, enterprise: Enterprise, scope: Scope | None, nick: str, *more: str
) -> tuple[Role, User]:
    """An administrator of the enterprise who is confined by the scope."""
    role = Role.objects.create(name=f"Role of {nick}")
    role.privileges.set(world.roles["ENTERPRISE_ADMIN"].privileges.all())
    role.privileges.add(*Privilege.objects.filter(name__in=(*DELEGATED, *more)))
    made = create_user(
        actor=None, enterprise=enterprise, role=role, scope=scope, nick=nick, password=PASSWORD
    )
    return role, User.objects.get(pk=made.pk)
