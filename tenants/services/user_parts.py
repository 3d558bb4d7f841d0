"""What a user is made of, checked and written on the row: texts, networks, password."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Invalid
from tenants.access import require
from tenants.models import User
from tenants.networks import checked_networks

MANAGE_NETWORKS = "MANAGE_USER_CIDR_ACCESS"
NICK_LENGTH = 128
TEXT_FIELDS = ("name", "surname", "email", "locale", "description")


def write_texts(user: User, fields: dict[str, Any]) -> None:
    """Write the texts that were given. Raises Invalid: too long, no e-mail address (USER-5)."""
    for field in TEXT_FIELDS:
        if fields.get(field) is None:
            continue
        text, most = str(fields[field]), User._meta.get_field(field).max_length
        if len(text) > most:
            raise Invalid(
                _("%(field)s has at most %(most)s characters; this one has %(length)s.")
                % {"field": field, "most": most, "length": len(text)}
            )
        setattr(user, field, text)
    if user.email:
        try:
            validate_email(user.email)
        except ValidationError:
            raise Invalid(
                _("%(email)s is not an e-mail address.") % {"email": user.email}, code="USER-5"
            ) from None


def write_networks(actor: User | None, user: User, networks: Iterable[str] | None) -> None:
    """Where the user may come from; takes a privilege of its own. None: as it is."""
    if networks is None:
        return
    wanted = checked_networks(list(networks))
    if wanted == user.allowed_networks:
        return
    if actor is not None:
        require(actor, MANAGE_NETWORKS)
    user.allowed_networks = wanted


def write_password(user: User, password: str, *, must_change: bool) -> None:
    """Hash a password that was found good."""
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = must_change


def told(user: User) -> dict[str, Any]:
    """What the log tells of a user."""
    return {field: getattr(user, field) for field in TEXT_FIELDS} | {
        "nick": user.nick,
        "is_active": user.is_active,
        "role": user.role.name,
        "scope": user.scope.name if user.scope_id else None,
        "allowed_networks": user.allowed_networks,
        "restricted": user.restricted,
        "virtual_datacenters": sorted(user.open_virtual_datacenter_ids()) if user.pk else [],
    }
