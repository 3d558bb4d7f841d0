"""What a role is made of, checked and written: name, privileges, networks, names elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from tenants.access import require
from tenants.models import Enterprise, ExternalRole, Privilege, Role
from tenants.networks import checked_networks
from tenants.services.grants import names_of, require_held

MANAGE_NETWORKS = "MANAGE_ROLE_AND_SCOPE_CIDR_ACCESS"
NAME_LENGTH, EXTERNAL_LENGTH = 40, 190


def free_name(name: Any, enterprise: Enterprise | None, but: Role | None = None) -> str:
    """Names are unique in an enterprise and among global roles, and none is both."""
    text = str(name or "").strip()
    if not text:
        raise Conflict(_("A role needs a name."), code="ROLE-9")
    if len(text) > NAME_LENGTH or not text.isprintable():
        raise Invalid(
            _("A role's name has at most %(most)s printable characters; this one has %(length)s.")
            % {"most": NAME_LENGTH, "length": len(text)},
            code="ROLE-15",
        )
    # Whoever names a role waits here for whoever else does: a global name has no constraint of its own.
    list(Role.objects.select_for_update().filter(enterprise=None, blocked=True).order_by("pk"))
    taken = Role.objects.filter(name__iexact=text).exclude(pk=but.pk if but else None)
    message = _("There is a role called %(name)s already.") % {"name": text}
    if taken.filter(enterprise=None).exists() or (enterprise is None and taken.exists()):
        raise Conflict(message, code="ROLE-7")
    if taken.filter(enterprise=enterprise).exists():
        raise Conflict(message, code="ROLE-6")
    return text


def known(names: Iterable[str]) -> list[Privilege]:
    """The privileges of these names. Raises Invalid (PRIVILEGE-0)."""
    wanted = set(names)
    found = list(Privilege.objects.filter(name__in=wanted))
    unknown = sorted(wanted - {each.name for each in found})
    if unknown:
        raise Invalid(_("There is no privilege %(name)s.") % {"name": unknown[0]}, code="PRIVILEGE-0")
    return found


def write_privileges(actor: Any, role: Role, names: Iterable[str]) -> None:
    """Let the role hold exactly these; the actor must hold what it gets."""
    wanted = known(names)
    require_held(actor, (each.name for each in wanted))
    role.privileges.set(wanted)


def write_networks(actor: Any, role: Role, networks: Iterable[str] | None) -> None:
    """Where the role's users may come from; takes a privilege of its own. None: as it is."""
    if networks is None:
        return
    wanted = checked_networks(list(networks))
    if wanted == role.allowed_networks:
        return
    if actor is not None:
        require(actor, MANAGE_NETWORKS)
    role.allowed_networks = wanted


def write_external_names(role: Role, names: Iterable[str] | None) -> None:
    """The names by which directories call the role; each leads to one role only."""
    if names is None:
        return
    wanted = dict.fromkeys(text for text in (str(name).strip() for name in names) if text)
    taken = ExternalRole.objects.filter(name__in=wanted).exclude(role=role).first()
    if taken is not None:
        raise Conflict(
            _("The external name %(name)s leads to another role already.") % {"name": taken.name},
            code="ROLELDAP-1",
        )
    if any(len(name) > EXTERNAL_LENGTH for name in wanted):
        raise Invalid(_("An external name has at most %(most)s characters.") % {"most": EXTERNAL_LENGTH})
    role.external_roles.exclude(name__in=wanted).delete()
    present = set(role.external_roles.values_list("name", flat=True))
    ExternalRole.objects.bulk_create(
        ExternalRole(role=role, name=name) for name in wanted if name not in present
    )


def told(role: Role) -> dict[str, Any]:
    """What the log tells of a role."""
    return {
        "name": role.name,
        "enterprise": role.enterprise.name if role.enterprise_id else None,
        "privileges": sorted(names_of(role)),
        "external_names": sorted(role.external_roles.values_list("name", flat=True)),
        "allowed_networks": role.allowed_networks,
    }
