"""OAuth 1.0a applications: made and removed by their user, removed by who manages applications."""

from collections.abc import Iterable
from secrets import token_urlsafe
from typing import Any

from django.db import transaction

from core.access_generation import access_changed
from core.sealing import seal
from events.services import record_event
from identity.models import Application
from identity.models.credentials import DESCRIPTION_MOST
from identity.services.giving_out import checked_name, held, require_room
from tenants.delegation import require_confirmed
from tenants.services.grants import require_manageable

SECRET_PURPOSE = "oauth"
_KEY_BYTES, _SECRET_BYTES = 24, 32


@transaction.atomic
def create_application(
    *, actor: Any, name: str, description: str = "", privileges: Iterable[str] | None = None
) -> tuple[Application, str]:
    """A new application of the actor, and its secret. ``privileges`` as those of a personal token.

    Key and secret have only characters that escaping leaves alone: a client escapes them once more.
    Raises Invalid, Conflict when there are too many, PermissionRefused for programs.
    """
    require_confirmed(actor)
    require_room(actor, Application)
    secret = token_urlsafe(_SECRET_BYTES)
    made = Application.objects.create(
        user_id=actor.pk,
        name=checked_name(name),
        description=str(description or "")[:DESCRIPTION_MOST],
        api_key=token_urlsafe(_KEY_BYTES),
        sealed_secret=seal(secret, purpose=SECRET_PURPOSE),
        privileges=held(actor, privileges),
    )
    told = {} if made.privileges is None else {"privileges": made.privileges}
    record_event(kind="application.created", subject=made, actor=actor, data=told)
    return made, secret


@transaction.atomic
def delete_application(*, actor: Any, application: Application) -> None:
    """Remove an application that was found as visible to the actor; all its tokens end at once.

    Raises PermissionRefused when it is of somebody they may not change.
    """
    require_manageable(actor, application.user)
    record_event(kind="application.deleted", subject=application, actor=actor)
    application.delete()
    access_changed()
