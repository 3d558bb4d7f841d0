"""Resellers beneath the provider, and administrators who are confined by a scope."""

from dataclasses import dataclass
from typing import Any

from tenants.models import Enterprise, Privilege, Role, Scope, User
from tenants.services import create_enterprise, create_scope, create_user, load_place, load_scope
from tests.world import PASSWORD

OFFICE = (
    "ENTERPRISE_ENUMERATE", "ENTERPRISE_MANAGE_SERVER_MAIL", "USERS_MANAGE_ENTERPRISE_BRANDING", "USERS_VIEW",
    "USERS_MANAGE_ENTERPRISE",
)  # fmt: skip
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
    """A reseller without customers. Resi's role is that of an enterprise administrator who may delegate, and
    ``more`` privileges."""
    scope = create_scope(actor=world.cloud_admin, name="Resold")
    reseller = create_enterprise(
        actor=world.cloud_admin, name="Reseller", default_scope=scope, is_reseller=True
    )
    return Reselling(scope, reseller, *administrator_of(world, reseller, scope, "resi", *more))


def made_reseller(world: Any, name: str = "Resell", *, over: Enterprise | None = None):
    """The reseller and its administrator, who reaches the scope of it and of ``over`` (Acme) beneath it."""
    below = over or world.acme
    scope = load_scope(f"{name} and theirs", enterprises=(below,))
    inner = load_scope(f"{below.name} of {name}", enterprises=(below,), parent=scope)
    reseller = create_enterprise(actor=None, name=name, default_scope=scope, is_reseller=True)
    load_place(below, inner)
    return reseller, reseller_admin(world, reseller, nick=name.lower(), scope=scope)


def administrator_of(
    world: Any, enterprise: Enterprise, scope: Scope | None, nick: str, *more: str
) -> tuple[Role, User]:
    """An administrator of the enterprise who is confined by the scope."""
    usual = world.roles["ENTERPRISE_ADMIN"].privileges.values_list("name", flat=True)
    role = _role(f"Role of {nick}", *usual, *DELEGATED, *more)
    made = _person(enterprise, role, nick, scope)
    return role, User.objects.get(pk=made.pk)


def reseller_admin(world: Any, enterprise: Enterprise, *, nick: str, scope: Scope | None = None) -> User:
    """Somebody who may set up mail and themes and little else, with this reach."""
    world.roles  # noqa: B018  the privileges exist
    return _person(enterprise, _role("RESELLER", *OFFICE), nick, scope, email=f"{nick}@example.invalid")


def _role(name: str, *privileges: str) -> Role:
    role, _created = Role.objects.get_or_create(name=name, enterprise=None)
    role.privileges.set(Privilege.objects.filter(name__in=privileges))
    return role


def _person(enterprise: Enterprise, role: Role, nick: str, scope: Scope | None, **fields: str) -> User:
    return create_user(
        actor=None, enterprise=enterprise, role=role, scope=scope, nick=nick, password=PASSWORD, **fields
    )
