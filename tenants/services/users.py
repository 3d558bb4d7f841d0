"""Creating and changing users."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, Invalid, NotFound, PermissionRefused
from events.services import record_event
from tenants.access import require
from tenants.models import Enterprise, Role, User

TEXT_FIELDS = ("name", "surname", "email", "locale")


@transaction.atomic
def create_user(
    *, actor: Any, enterprise: Enterprise, role: Role, nick: str, password: str, **fields: Any
) -> User:
    """A new user of an enterprise. ``actor`` None: the platform itself.

    Nobody gives a role with privileges they lack, nor a wider scope than their own.
    """
    if actor is not None:
        require(actor, "USERS_MANAGE_USERS")
        _require_within_reach(actor, enterprise)
        _require_grantable(actor, role)
        if not actor.sees_all_enterprises:
            fields["scope"] = actor.scope
    if not nick or User.objects.filter(nick=nick).exists():
        raise Conflict(_("The user name %(nick)s is taken already.") % {"nick": nick}, code="USER-4")
    user = User(nick=nick, enterprise=enterprise, role=role, scope=fields.get("scope"))
    user.is_active = fields.get("is_active", True)
    _write_texts(user, fields)
    user.set_password(password)
    user.save()
    access_changed()
    record_event(kind="user.created", subject=user, actor=actor)
    return user


@transaction.atomic
def update_user(*, actor: Any, user: User, **fields: Any) -> User:
    """Change texts, ``is_active``, ``role`` or ``password``; what is not given stays.

    Nobody changes a user who may do or see more than they: a new password would hand all of it over.
    """
    require(actor, "USERS_MANAGE_USERS")
    _require_within_reach(actor, user.enterprise)
    _require_no_mightier(actor, user)
    if fields.get("role") and fields["role"].pk != user.role_id:
        _require_grantable(actor, fields["role"])
        user.role = fields["role"]
    if fields.get("is_active") is not None:
        user.is_active = bool(fields["is_active"])
    _write_texts(user, fields)
    if fields.get("password"):
        user.set_password(fields["password"])
    user.save()
    access_changed()
    record_event(kind="user.changed", subject=user, actor=actor)
    return user


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Give the user a new password; remembered API credentials and sessions end with the old one."""
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    access_changed()


def _require_within_reach(actor: User, enterprise: Enterprise) -> None:
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotFound(_("There is no such enterprise."), code="EN-0")


def _require_no_mightier(actor: User, user: User) -> None:
    more = user.role.privileges.exclude(name__in=actor.privileges).exists()
    if more or (user.sees_all_enterprises and not actor.sees_all_enterprises):
        raise PermissionRefused(
            _("%(nick)s may do more than you, so you can't change this user.") % {"nick": user.nick}
        )


def _require_grantable(actor: User, role: Role) -> None:
    missing = set(role.privileges.values_list("name", flat=True)) - actor.privileges
    if missing:
        raise Conflict(
            _("You can't give the role %(role)s: it holds %(count)s privileges that you lack.")
            % {"role": role.name, "count": len(missing)},
            code="USER-18",
        )


def _write_texts(user: User, fields: dict[str, Any]) -> None:
    for field in TEXT_FIELDS:
        if fields.get(field) is not None:
            setattr(user, field, str(fields[field]))
    if user.email:
        try:
            validate_email(user.email)
        except ValidationError:
            raise Invalid(
                _("%(email)s is not an e-mail address.") % {"email": user.email}, code="USER-5"
            ) from None
