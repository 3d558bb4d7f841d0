"""Users whose password somebody else keeps: made and kept up to date by what that one says of them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core.access_generation import access_changed
from events.services import record_event
from tenants.models import Enterprise, Role, User
from tenants.services.grants import is_cloud_administrator, require_another_cloud_administrator

TOLD_FIELDS = ("name", "surname", "email")
MOST_LETTERS = 128


@transaction.atomic
def create_external_user(
    *, enterprise: Enterprise, role: Role, nick: str, auth_type: str, **texts: str
) -> User:
    """A new user without a password of ours and without a scope; the caller decided that they may come."""
    user = User(nick=nick, enterprise=enterprise, role=role, auth_type=auth_type)
    user.set_unusable_password()
    changes = _tell(user, texts)
    user.save()
    access_changed()
    changes |= {"role": [None, role.name], "auth_type": [None, auth_type]}
    record_event(kind="user.created", subject=user, actor=user, changes=changes)
    return user


@transaction.atomic
def refresh_external_user(*, user: User, role: Role, **texts: str) -> User:
    """The user with this role and these texts; nothing is written or recorded when nothing differs.

    Raises Conflict (USER-25) when the last cloud administrator would become something else.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    changes = _tell(user, texts)
    if user.role_id != role.pk:
        if is_cloud_administrator(user):
            require_another_cloud_administrator(user)
        changes["role"] = [user.role.name, role.name]
        user.role = role
    if changes:
        user.save()
        access_changed()
        record_event(kind="user.changed", subject=user, actor=user, changes=changes)
    return user


def _tell(user: User, texts: dict[str, str]) -> dict[str, list[Any]]:
    """Write what was told and is usable; what was not told stays. Before and after by field."""
    changes = {}
    for field in TOLD_FIELDS:
        text = texts.get(field, "")[:MOST_LETTERS]
        before = getattr(user, field)
        if text and text != before and (field != "email" or _is_address(text)):
            changes[field] = [before, text]
            setattr(user, field, text)
    return changes


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
