"""Single external names of roles; what may be done to them is what may be done to the role."""

from typing import Any

from django.db import transaction

from tenants.models import ExternalRole, Role
from tenants.services.roles import update_role


@transaction.atomic
def add_external_name(*, actor: Any, role: Role, name: str) -> ExternalRole:
    """One more name. Raises Conflict (ROLELDAP-1) when it leads to another role."""
    names = role.external_roles.values_list("name", flat=True)
    update_role(actor=actor, role=role, external_names=[*names, name])
    return role.external_roles.get(name=name.strip())


@transaction.atomic
def rename_external_name(*, actor: Any, external_role: ExternalRole, name: str = "") -> ExternalRole:
    """Another name in the place of this one; the row is a new one when it differs."""
    wanted = name.strip() or external_role.name
    kept = _others(external_role)
    update_role(actor=actor, role=external_role.role, external_names=[*kept, wanted])
    return external_role.role.external_roles.get(name=wanted)


@transaction.atomic
def remove_external_name(*, actor: Any, external_role: ExternalRole) -> None:
    """Nobody comes to the role by this name any more."""
    update_role(actor=actor, role=external_role.role, external_names=_others(external_role))


def _others(external_role: ExternalRole) -> list[str]:
    others = external_role.role.external_roles.exclude(pk=external_role.pk)
    return list(others.values_list("name", flat=True))
