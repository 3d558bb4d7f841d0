"""Creating, changing and removing enterprises."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, Invalid
from events.services import record_event
from tenants.access import require
from tenants.limits import RESOURCES, well_formed
from tenants.models import Enterprise

LIMIT_FIELDS = tuple(f"{resource}_{strength}" for resource in RESOURCES for strength in ("soft", "hard"))
NAME_LENGTH = 128
FIELDS = ("reservation_restricted", *LIMIT_FIELDS)


@transaction.atomic
def create_enterprise(*, actor: Any, name: str, **fields: Any) -> Enterprise:
    """A new tenant. ``fields``: limits, ``reservation_restricted``. ``actor`` None: the platform itself."""
    if actor is not None:
        require(actor, "USERS_MANAGE_ENTERPRISE")
    enterprise = Enterprise(name=_free_name(name), is_provider=fields.pop("is_provider", False))
    _write(enterprise, fields)
    record_event(kind="enterprise.created", subject=enterprise, actor=actor)
    return enterprise


@transaction.atomic
def update_enterprise(*, actor: Any, enterprise: Enterprise, **fields: Any) -> Enterprise:
    """Change the name and other fields; what is not given stays."""
    require(actor, "USERS_MANAGE_ENTERPRISE")
    name = fields.pop("name", None)
    if name and name != enterprise.name:
        enterprise.name = _free_name(name)
    _write(enterprise, fields)
    access_changed()
    record_event(kind="enterprise.changed", subject=enterprise, actor=actor)
    return enterprise


@transaction.atomic
def delete_enterprise(*, actor: Any, enterprise: Enterprise) -> None:
    """Remove a tenant that owns nothing any more; nobody removes their own."""
    require(actor, "USERS_MANAGE_ENTERPRISE")
    if enterprise.pk == actor.enterprise_id:
        raise Conflict(_("You can't delete your own enterprise."), code="EN-DELETE-OWN")
    access_changed()
    record_event(kind="enterprise.deleted", subject=enterprise, actor=actor)
    try:
        enterprise.delete()
    except ProtectedError as error:
        kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
        raise Conflict(
            _("%(name)s still owns %(things)s.") % {"name": enterprise.name, "things": ", ".join(kinds)},
            code="EN-DELETE-USED",
            remedy=_("Delete them first."),
        ) from None


def _free_name(name: Any) -> str:
    text = str(name or "").strip()
    if not 0 < len(text) <= NAME_LENGTH:
        raise Invalid(_("An enterprise's name has 1 to 128 characters."))
    if Enterprise.objects.filter(name=text).exists():
        raise Conflict(
            _("There is an enterprise called %(name)s already.") % {"name": text}, code="ENTERPRISE-4"
        )
    return text


def _write(enterprise: Enterprise, fields: dict[str, Any]) -> None:
    for field in FIELDS:
        if fields.get(field) is not None:
            setattr(enterprise, field, fields[field])
    well_formed(vars(enterprise))
    enterprise.save()
