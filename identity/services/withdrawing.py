"""Taking back all that somebody gave out to programs: when an account was, or may be, in wrong hands."""

from typing import Any

from django.db import transaction

from core.access_generation import access_changed
from events.models import Severity
from events.services import record_event
from identity.models import AccessToken, PersonalToken, RequestToken
from tenants.models import User
from tenants.services import end_login_tokens
from tenants.services.grants import require_manageable


@transaction.atomic
def withdraw_credentials(*, actor: Any, user: User) -> int:
    """End the user's personal tokens, what applications may, and tokens of logins; all at once.

    Applications stay and may ask anew. Answers how many tokens of programs there were. Raises
    PermissionRefused for somebody the actor may not change.
    """
    require_manageable(actor, user)
    personal, _rows = PersonalToken.objects.filter(user_id=user.pk).delete()
    RequestToken.objects.filter(application__user_id=user.pk).delete()
    access, _rows = AccessToken.objects.filter(application__user_id=user.pk).delete()
    end_login_tokens(user=user)
    if personal or access:
        record_event(
            kind="user.credentials_withdrawn",
            subject=user,
            actor=actor,
            severity=Severity.WARN,
            data={"personal_tokens": personal, "application_tokens": access},
        )
    access_changed()
    return personal + access
