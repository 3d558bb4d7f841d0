"""A reseller in the small world: it has an administrator, and Acme lies beneath it in the tenant tree."""

from tenants.models import Enterprise, Privilege, Role, User
from tenants.services import create_enterprise, create_user, load_scope
from tests.world import PASSWORD, World

PRIVILEGES = (
    "ENTERPRISE_ENUMERATE", "ENTERPRISE_MANAGE_SERVER_MAIL", "USERS_MANAGE_ENTERPRISE_BRANDING", "USERS_VIEW",
    "USERS_MANAGE_ENTERPRISE",
)  # fmt: skip


def made_reseller(world: World, name: str = "Resell", *, over: Enterprise | None = None):
    """The reseller and its administrator, who reaches the scope of it and of ``over`` (Acme)."""
    below = over or world.acme
    reseller = create_enterprise(actor=None, name=name)
    scope = load_scope(f"{name} and theirs", enterprises=(reseller, below))
    inner = load_scope(f"{below.name} of {name}", enterprises=(below,), parent=scope)
    _place(reseller, default_scope=scope, is_reseller=True)
    _place(below, default_scope=inner)
    return reseller, reseller_admin(world, reseller, nick=name.lower(), scope=scope)


def reseller_admin(world: World, enterprise: Enterprise, *, nick: str, scope=None) -> User:
    """Somebody who may set up mail and themes, with this reach."""
    world.roles  # noqa: B018  the privileges exist
    role, created = Role.objects.get_or_create(name="RESELLER", enterprise=None)
    if created:
        role.privileges.set(Privilege.objects.filter(name__in=PRIVILEGES))
    return create_user(
        actor=None, enterprise=enterprise, role=role, nick=nick, password=PASSWORD, scope=scope,
        email=f"{nick}@example.invalid",
    )  # fmt: skip


def _place(enterprise: Enterprise, **fields) -> None:
    for name, value in fields.items():
        setattr(enterprise, name, value)
    enterprise.save(update_fields=list(fields))
