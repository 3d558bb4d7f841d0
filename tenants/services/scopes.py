"""The only writers of scopes: what administrators reach, and the tree they form."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.changes import assign
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.services import record_event
from events.subject import Subject
from tenants.access import require
from tenants.models import Enterprise, Scope, User
from tenants.networks import checked_networks
from tenants.services.closure import link_scope, lock_tree, relink_scope
from tenants.services.hierarchy import check_lines
from tenants.services.scope_members import set_enterprises, set_locations
from tenants.services.scope_rights import require_changeable, require_flags_allowed, require_parent_allowed

MANAGE = "USERS_MANAGE_SCOPES"
MANAGE_NETWORKS = "MANAGE_ROLE_AND_SCOPE_CIDR_ACCESS"
NAME_LENGTH = 128


@transaction.atomic
def load_scope(
    name: str,
    *,
    unlimited: bool = False,
    enterprises: tuple[Enterprise, ...] = (),
    parent: Scope | None = None,
) -> Scope:
    """Make a scope of this name exist and reach these enterprises. One that stood at the top so far is put
    beneath ``parent``."""
    scope, created = Scope.objects.get_or_create(
        name=name, defaults={"unlimited": unlimited, "parent": parent}
    )
    if created:
        link_scope(scope)
    elif parent is not None and scope.parent_id is None:
        _hang(scope, parent)
    scope.enterprises.add(*enterprises)
    return scope


@retried_transaction
def create_scope(*, actor: Any, name: str, parent: Scope | None = None, **fields: Any) -> Scope:
    """A new scope beneath ``parent``; without one beneath the actor's own, or on top for the unlimited.

    ``fields`` as in ``update_scope``. Raises PermissionRefused, Conflict (SCOPE-0), Invalid (SCOPE-18).
    """
    require(actor, MANAGE)
    lock_tree()
    parent = require_parent_allowed(actor, parent)
    scope = Scope(name=_free_name(name), parent=parent)
    _write_fields(actor, scope, fields)
    scope.save()
    link_scope(scope)
    changes = _write_members(actor, scope, fields)
    access_changed()
    _record("scope.created", scope, actor, changes)
    return scope


@retried_transaction
def update_scope(*, actor: Any, scope: Scope, **fields: Any) -> Scope:
    """Change what is given: ``name``, ``parent``, ``enterprises`` and ``locations`` (all it shall reach),
    ``takes_new_enterprises``, ``takes_new_datacenters``, ``allowed_networks``.

    ``locations`` are rows of the package above that knows them. Raises PermissionRefused, NotFound for what
    the actor doesn't know, Conflict (SCOPE-0, -3, -8, -10, -13), Invalid (SCOPE-18, -20).
    """
    require(actor, MANAGE)
    lock_tree()
    scope = Scope.objects.select_for_update().get(pk=scope.pk)
    require_changeable(actor, scope, moving="parent" in fields)
    changes = _write_fields(actor, scope, fields)
    if fields.get("name") and fields["name"] != scope.name:
        changes |= assign(scope, {"name": _free_name(fields["name"])})
    if "parent" in fields:
        changes |= _move(actor, scope, fields["parent"])
    scope.save()
    changes |= _write_members(actor, scope, fields)
    if changes:
        access_changed()
        _record("scope.changed", scope, actor, changes)
    return scope


@retried_transaction
def delete_scope(*, actor: Any, scope: Scope) -> None:
    """Remove a scope nobody uses. Raises Conflict (SCOPE-2, -11, -12, -17, -19)."""
    require(actor, MANAGE)
    lock_tree()
    scope = Scope.objects.select_for_update().get(pk=scope.pk)
    require_changeable(actor, scope, deleting=True)
    _require_unused(scope)
    access_changed()
    _record("scope.deleted", scope, actor, {})
    scope.delete()


def _move(actor: User, scope: Scope, parent: Scope | None) -> dict[str, Any]:
    if (parent.pk if parent else None) == scope.parent_id:
        return {}
    parent = require_parent_allowed(actor, parent)
    if parent is not None and parent.ancestors.filter(ancestor=scope).exists():
        raise Invalid(
            _("%(parent)s lies in or beneath %(scope)s, so it can't be above it.")
            % {"parent": parent, "scope": scope},
            code="SCOPE-18",
        )
    return _hang(scope, parent)


def _hang(scope: Scope, parent: Scope | None) -> dict[str, Any]:
    changes = assign(scope, {"parent": parent})
    scope.save(update_fields=["parent", "updated_at"])
    relink_scope(scope)
    check_lines(scope)
    return changes


def _write_fields(actor: User, scope: Scope, fields: dict[str, Any]) -> dict[str, Any]:
    flags = {
        name: bool(fields[name])
        for name in ("takes_new_enterprises", "takes_new_datacenters")
        if fields.get(name) is not None
    }
    changes = assign(scope, flags)
    require_flags_allowed(actor, changes)
    if fields.get("allowed_networks") is not None:
        networks = assign(scope, {"allowed_networks": checked_networks(fields["allowed_networks"])})
        if networks:
            require(actor, MANAGE_NETWORKS)
        changes |= networks
    return changes


def _write_members(actor: User, scope: Scope, fields: dict[str, Any]) -> dict[str, Any]:
    changes = {}
    if fields.get("enterprises") is not None:
        changes |= set_enterprises(actor, scope, list(fields["enterprises"]))
    if fields.get("locations") is not None:
        changes |= set_locations(actor, scope, list(fields["locations"]))
    return changes


def _require_unused(scope: Scope) -> None:
    uses: tuple[tuple[Iterable[Any], str, str], ...] = (
        (scope.children, "SCOPE-19", _("%(n)s scopes beneath it")),
        (User.objects.filter(scope=scope), "SCOPE-17", _("%(n)s users")),
        (scope.default_of, "SCOPE-12", _("%(n)s enterprises whose default scope it is")),
    )
    for rows, code, words in uses:
        number = rows.count()
        if number:
            raise Conflict(
                _("%(scope)s is in use by %(what)s.") % {"scope": scope, "what": words % {"n": number}},
                code=code,
                remedy=_("Give them another scope first."),
            )


def _free_name(name: Any) -> str:
    text = str(name or "").strip()
    if not 0 < len(text) <= NAME_LENGTH:
        raise Invalid(_("A scope's name has 1 to 128 characters."))
    if Scope.objects.filter(name=text).exists():
        raise Conflict(_("There is a scope called %(name)s already.") % {"name": text}, code="SCOPE-0")
    return text


def _record(kind: str, scope: Scope, actor: User, changes: dict[str, Any]) -> None:
    """Events of a scope are heard in the enterprise of whoever changed it."""
    subject = Subject("scope", scope.id, scope.name, actor.enterprise_id)
    record_event(kind=kind, subject=subject, actor=actor, changes=changes)
