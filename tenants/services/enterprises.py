"""Creating, changing and removing enterprises."""

from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.changes import assign
from core.errors import Conflict, Invalid, NotFound, PermissionRefused
from core.transactions import retried_transaction
from events.services import record_event
from events.subject import Subject
from tenants.access import require
from tenants.limits import field_names
from tenants.models import Enterprise, Scope, User
from tenants.reach import Reach
from tenants.services.closure import lock_tree
from tenants.services.grants import require_no_mightier
from tenants.services.hierarchy import check_place
from tenants.services.limits import set_limits
from tenants.services.refusals import noting_refusals
from tenants.usage import Extent

MANAGE = "USERS_MANAGE_ENTERPRISE"
MANAGE_OTHERS = "USERS_MANAGE_OTHER_ENTERPRISES"
LIMIT_FIELDS = field_names()
NAME_LENGTH = 128
MARKS = {"is_reseller": "ENTERPRISE_MANAGE_RESELLER", "is_key_node": "ENTERPRISE_MANAGE_KEY_NODE"}
PLACE = frozenset({"default_scope", *MARKS})
ALLOWANCE = ("reservation_restricted", *PLACE, *LIMIT_FIELDS)
FIELDS = ("requires_approval", "two_factor_required", *ALLOWANCE)


@retried_transaction
def create_enterprise(*, actor: Any, name: str, **fields: Any) -> Enterprise:
    """A new tenant. ``fields``: limits, ``default_scope``, ``is_reseller``, ``is_key_node``, and what else
    FIELDS names. ``actor`` None: the platform itself.

    Without a default scope it gets the actor's, so that its creator sees it.
    """
    _lock_place(fields)
    if actor is not None:
        require(actor, MANAGE)
        require(actor, MANAGE_OTHERS)
        fields["default_scope"] = _home_for(actor, fields.get("default_scope"))
    enterprise = Enterprise(name=_free_name(name), is_provider=fields.pop("is_provider", False))
    _write(actor, enterprise, fields)
    enterprise.scopes.add(*Scope.objects.filter(takes_new_enterprises=True))
    access_changed()
    record_event(kind="enterprise.created", subject=enterprise, actor=actor)
    return enterprise


@noting_refusals
@retried_transaction
def update_enterprise(*, actor: Any, enterprise: Enterprise, **fields: Any) -> Enterprise:
    """Change the name and other fields; what is not given stays.

    Raises PermissionRefused also when somebody confined by a scope raises the allowance of their own
    enterprise, NotFound for a scope they don't know, Conflict (ENTERPRISE-4, -20, -21, -34),
    LimitExceeded (LIMIT-9) for a hard limit below what is in use.
    """
    require(actor, MANAGE)
    require_known(actor, enterprise)
    _lock_place(fields)
    enterprise.refresh_from_db(from_queryset=Enterprise.objects.select_for_update())
    if fields.get("default_scope"):
        _require_scope(actor, fields["default_scope"])
    changes = {}
    if fields.get("name") and fields["name"] != enterprise.name:
        changes = assign(enterprise, {"name": _free_name(fields["name"])})
    place = enterprise.default_scope
    changes |= _write(actor, enterprise, fields)
    if changes.keys() & PLACE:
        _require_place(actor, place)
    if changes:
        access_changed()
        record_event(kind="enterprise.changed", subject=enterprise, actor=actor, changes=changes)
    return enterprise


@retried_transaction
def delete_enterprise(*, actor: Any, enterprise: Enterprise) -> None:
    """Remove a tenant that owns nothing any more, with its users; nobody removes their own.

    Raises Conflict: ENTERPRISE-5 when it owns something, -6 for one's own, -9 when a user of it has a
    role that can't be changed; PermissionRefused when a user of it may do more than the actor.
    """
    require(actor, MANAGE)
    require_known(actor, enterprise)
    enterprise.refresh_from_db(from_queryset=Enterprise.objects.select_for_update())
    if enterprise.pk in (actor.enterprise_id, actor.home_enterprise_id):
        raise Conflict(_("You can't delete your own enterprise."), code="ENTERPRISE-6")
    blocked = enterprise.users.filter(role__blocked=True).first()
    if blocked is not None:
        raise Conflict(
            _("%(nick)s has the role %(role)s, which can't be taken away with the enterprise.")
            % {"nick": blocked.nick, "role": blocked.role},
            code="ENTERPRISE-9",
            remedy=_("Give this user another role or delete them first."),
        )
    access_changed()
    told = Subject("enterprise", enterprise.id, enterprise.name, actor.enterprise_id)
    record_event(kind="enterprise.deleted", subject=told, actor=actor)
    try:
        _delete_users(actor, enterprise)
        enterprise.delete()
    except ProtectedError as error:
        kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
        raise Conflict(
            _("%(name)s still owns %(things)s.") % {"name": enterprise.name, "things": ", ".join(kinds)},
            code="ENTERPRISE-5",
            remedy=_("Delete them first."),
        ) from None


@retried_transaction
def load_place(enterprise: Enterprise, scope: Scope) -> None:
    """Give an enterprise that has no place in the tenant tree this one; a place it has it keeps."""
    lock_tree()
    enterprise.refresh_from_db(from_queryset=Enterprise.objects.select_for_update())
    if enterprise.default_scope_id is None:
        _write(None, enterprise, {"default_scope": scope})
        access_changed()


def require_known(actor: User, enterprise: Enterprise) -> None:
    """Raise NotFound (EN-0) for an enterprise the actor must not know of."""
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotFound(_("There is no such enterprise."), code="EN-0")


def require_not_own(actor: User, enterprise: Enterprise) -> None:
    """Raise PermissionRefused when somebody confined by a scope would grant their own enterprise more."""
    if actor.tenant_reach != Reach.ALL and enterprise.pk == actor.home_enterprise_id:
        raise PermissionRefused(
            _("Whoever is confined by a scope doesn't set the limits and the place of their own enterprise."),
            remedy=_("Ask whom you get your resources from."),
        )


def _lock_place(fields: dict[str, Any]) -> None:
    if fields.keys() & PLACE:
        lock_tree()


def _home_for(actor: User, scope: Scope | None) -> Scope:
    scope = scope or actor.scope
    if scope is None or actor.tenant_reach == Reach.OWN:
        raise PermissionRefused(
            _("Your scope reaches no enterprise but your own, so you could not see a new one."),
            remedy=_("Ask an administrator for a scope that you may fill."),
        )
    _require_scope(actor, scope)
    return scope


def _require_scope(actor: User, scope: Scope) -> None:
    if not Scope.objects.visible_to(actor).filter(pk=scope.pk).exists():
        raise NotFound(_("There is no such scope."), code="SCOPE-1")


def _require_place(actor: User, place: Scope | None) -> None:
    """Whose customer an enterprise is, is not for those to change who don't see its place."""
    if place is None or Scope.objects.visible_to(actor).filter(pk=place.pk).exists():
        return
    raise PermissionRefused(
        _("The enterprise's place in the tenant tree lies outside of your scope."),
        remedy=_("Ask an administrator whose scope has it."),
    )


def _free_name(name: Any) -> str:
    text = str(name or "").strip()
    if not text:
        raise Invalid(_("An enterprise needs a name."), code="ENTERPRISE-7")
    if len(text) > NAME_LENGTH:
        raise Invalid(_("An enterprise's name has 1 to 128 characters."))
    if Enterprise.objects.filter(name=text).exists():
        raise Conflict(
            _("There is an enterprise called %(name)s already.") % {"name": text}, code="ENTERPRISE-4"
        )
    return text


def _write(actor: Any, enterprise: Enterprise, fields: dict[str, Any]) -> dict[str, Any]:
    """Write what is given and allowed; what changed. The default scope reaches the enterprise, too."""
    given = {
        name: fields[name] for name in FIELDS if name not in LIMIT_FIELDS and fields.get(name) is not None
    }
    changes = assign(enterprise, given) | set_limits(
        enterprise, fields, extent=Extent(enterprise.pk or 0), codes=("LIMIT-9", "LIMIT-13"), of=enterprise
    )
    if actor is not None:
        _require_rights(actor, enterprise, changes)
    enterprise.save()
    if changes.keys() & PLACE:
        check_place(enterprise)
    if "default_scope" in changes:
        enterprise.default_scope.enterprises.add(enterprise)
    return changes


def _require_rights(actor: User, enterprise: Enterprise, changes: dict[str, Any]) -> None:
    for mark, privilege in MARKS.items():
        if mark in changes:
            require(actor, privilege)
    if changes.keys() & set(ALLOWANCE):
        require_not_own(actor, enterprise)


def _delete_users(actor: User, enterprise: Enterprise) -> None:
    for user in enterprise.users.select_related("role", "scope"):
        require_no_mightier(actor, user)
        record_event(kind="user.deleted", subject=user, actor=actor)
        user.delete()
