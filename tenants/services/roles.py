"""Roles that administrators make, change and delete. Nobody puts more into a role than they hold."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, PermissionRefused
from events.services import record_event
from tenants.access import Decision, possible, require
from tenants.models import Enterprise, Role
from tenants.reach import Reach
from tenants.services.differences import differences
from tenants.services.grants import names_of, require_enterprise, require_held, some_of
from tenants.services.role_parts import (
    free_name,
    known,
    told,
    write_external_names,
    write_networks,
    write_privileges,
)

MANAGE, MANAGE_GLOBAL = "USERS_MANAGE_ROLES", "USERS_MANAGE_SYSTEM_ROLES"
MANAGE_OTHERS = "USERS_MANAGE_ROLES_OTHER_ENTERPRISES"
KEEP = object()


@transaction.atomic
def create_role(
    *,
    actor: Any,
    name: str,
    enterprise: Enterprise | None = None,
    privileges: Iterable[str] = (),
    **fields: Any,
) -> Role:
    """A role of one enterprise, or with None a global one. ``actor`` None: the platform itself.

    ``fields``: ``external_names``, ``allowed_networks``. Raises PermissionRefused, NotFound, Invalid,
    Conflict (name taken, more privileges than the actor holds).
    """
    _require_manager(actor, enterprise)
    wanted = known(privileges)
    require_held(actor, (each.name for each in wanted))
    role = Role(name=free_name(name, enterprise), enterprise=enterprise)
    write_networks(actor, role, fields.get("allowed_networks"))
    role.save()
    role.privileges.set(wanted)
    write_external_names(role, fields.get("external_names"))
    record_event(kind="role.created", subject=role, actor=actor, changes=differences({}, told(role)))
    return role


@transaction.atomic
def update_role(*, actor: Any, role: Role, enterprise: Any = KEEP, **fields: Any) -> Role:
    """Change ``name``, ``enterprise``, ``privileges``, ``external_names`` or ``allowed_networks``.

    What is not given, or None, stays; ``enterprise`` None makes the role global. Raises what
    ``create_role`` does, and Conflict for blocked roles, the actor's own, and those in use.
    """
    role = Role.objects.select_for_update().get(pk=role.pk)
    _require_changeable(actor, role)
    before = told(role)
    if enterprise is not KEEP and getattr(enterprise, "pk", None) != role.enterprise_id:
        _move(actor, role, enterprise)
    if fields.get("name") is not None and fields["name"] != role.name:
        role.name = free_name(fields["name"], role.enterprise, but=role)
    write_networks(actor, role, fields.get("allowed_networks"))
    role.save()
    if fields.get("privileges") is not None:
        write_privileges(actor, role, fields["privileges"])
    write_external_names(role, fields.get("external_names"))
    changes = differences(before, told(role))
    if changes:
        access_changed()
        record_event(kind="role.changed", subject=role, actor=actor, changes=changes)
    return role


@transaction.atomic
def copy_role(*, actor: Any, role: Role, name: str, enterprise: Enterprise | None = None) -> Role:
    """A new role with the same privileges and networks; the actor must hold all of them."""
    role = Role.objects.get(pk=role.pk)
    networks = role.allowed_networks or None
    return create_role(
        actor=actor, name=name, enterprise=enterprise, privileges=names_of(role), allowed_networks=networks
    )


@transaction.atomic
def delete_role(*, actor: Any, role: Role) -> None:
    """Remove a role that nobody has. Raises Conflict: blocked (ROLE-3), in use (ROLE-4, ROLE-13), given by a
    directory (ROLE-5), or named by something else, such as an approval rule."""
    role = Role.objects.select_for_update().get(pk=role.pk)
    _require_manager(actor, role.enterprise)
    if role.blocked:
        raise Conflict(_("The role %(role)s is blocked.") % {"role": role.name}, code="ROLE-3")
    require_held(actor, names_of(role))
    for users, code in ((role.users, "ROLE-4"), (role.virtual_datacenter_roles, "ROLE-13")):
        count = users.count()
        if count:
            raise Conflict(
                _("%(count)s users have the role %(role)s.") % {"count": count, "role": role.name},
                code=code,
                remedy=_("Give them another role first."),
            )
    _require_no_external_name(role)
    record_event(kind="role.deleted", subject=role, actor=actor, changes=differences(told(role), {}))
    try:
        role.delete()
    except ProtectedError as error:
        kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
        raise Conflict(
            _("%(things)s name the role %(role)s.") % {"things": ", ".join(kinds), "role": role.name},
            remedy=_("Let them name another role first."),
        ) from None


def may_change_role(actor: Any, role: Role) -> Decision:
    """Whether the actor could change this role now, with the reason when not."""
    return possible(_require_changeable, actor, role)


def _require_manager(actor: Any, enterprise: Enterprise | None) -> None:
    """Global roles concern every enterprise: they take a privilege of their own and an unlimited scope."""
    if actor is None:
        return
    require(actor, MANAGE)
    if enterprise is not None:
        require_enterprise(actor, enterprise, MANAGE_OTHERS)
        return
    require(actor, MANAGE_GLOBAL)
    if actor.tenant_reach != Reach.ALL:
        raise PermissionRefused(
            _("Global roles are managed by administrators whose scope is unlimited."),
            remedy=_("Make a role of one enterprise instead."),
        )


def _require_changeable(actor: Any, role: Role) -> None:
    _require_manager(actor, role.enterprise)
    if role.blocked:
        raise Conflict(
            _("The role %(role)s is blocked and can't be changed.") % {"role": role.name},
            code="ROLE-1",
            remedy=_("Copy it and change the copy."),
        )
    if actor is not None and _is_own(actor, role):
        raise Conflict(
            _("%(role)s is your own role, which you can't change.") % {"role": role.name},
            code="ROLE-12",
            remedy=_("Ask another administrator."),
        )
    require_held(actor, names_of(role))


def _is_own(actor: Any, role: Role) -> bool:
    return actor.role_id == role.pk or role.virtual_datacenter_roles.filter(user_id=actor.pk).exists()


def _require_no_external_name(role: Role) -> None:
    """Whose directory gives them the role would be locked out at their next sign-in."""
    names = list(role.external_roles.values_list("name", flat=True))
    if names:
        raise Conflict(
            _("Directories still give the role %(role)s, by the name %(names)s.")
            % {"role": role.name, "names": some_of(names)},
            code="ROLE-5",
            remedy=_("Take its external names away, or give them to another role, first."),
        )


def _move(actor: Any, role: Role, enterprise: Enterprise | None) -> None:
    _require_manager(actor, enterprise)
    if role.users.exists() or role.virtual_datacenter_roles.exists():
        raise Conflict(
            _("The role %(role)s is in use, so its enterprise stays.") % {"role": role.name},
            code="ROLE-10",
            remedy=_("Copy the role for the other enterprise."),
        )
    role.enterprise = enterprise
    role.name = free_name(role.name, enterprise, but=role)
