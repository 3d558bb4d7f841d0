"""Personal access tokens: shown once, kept as a hash, never with more rights than the role has."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Invalid
from core.sessions import hashed
from events.services import record_event
from identity.models import PersonalToken
from identity.services.giving_out import checked_name, held, require_room
from tenants.delegation import require_confirmed
from tenants.services.grants import require_manageable

PREFIX = "atr_"
LONGEST_DAYS, USUAL_DAYS = 366, 90
USE_NOTED_SECONDS = 60
_SECRET_BYTES = 32


@transaction.atomic
def create_personal_token(
    *,
    actor: Any,
    name: str,
    expires_at: datetime | None = None,
    read_only: bool = False,
    privileges: Iterable[str] | None = None,
) -> tuple[PersonalToken, str]:
    """A new token of the actor, and its text, which nobody can read again.

    ``privileges`` None: whatever the role holds at the time of use; else only these, which the actor
    holds now. Raises Invalid, Conflict when there are too many, PermissionRefused for programs.
    """
    require_confirmed(actor)
    require_room(actor, PersonalToken)
    text = PREFIX + token_urlsafe(_SECRET_BYTES)
    made = PersonalToken.objects.create(
        user_id=actor.pk,
        name=checked_name(name),
        digest=hashed(text),
        read_only=read_only,
        privileges=held(actor, privileges),
        expires_at=_checked_end(expires_at),
    )
    record_event(
        kind="personal_token.created",
        subject=made,
        actor=actor,
        data={"expires_at": made.expires_at.isoformat(), "read_only": read_only},
    )
    return made, text


@transaction.atomic
def revoke_personal_token(*, actor: Any, token: PersonalToken) -> None:
    """End a token that was found as visible to the actor, at once.

    Raises PermissionRefused when it is of somebody they may not change.
    """
    require_manageable(actor, token.user)
    record_event(kind="personal_token.revoked", subject=token, actor=actor)
    token.delete()
    access_changed()


def note_use(*, token_id: int) -> None:
    """Remember that a token was used just now; at most once a minute."""
    if cache.add(f"personal_token:used:{token_id}", 1, USE_NOTED_SECONDS):
        PersonalToken.objects.filter(pk=token_id).update(last_used_at=timezone.now())


def _checked_end(expires_at: datetime | None) -> datetime:
    now = timezone.now()
    end = expires_at or now + timedelta(days=USUAL_DAYS)
    if not now < end <= now + timedelta(days=LONGEST_DAYS):
        raise Invalid(_("The end must lie in the future, and at most %s days ahead.") % LONGEST_DAYS)
    return end
