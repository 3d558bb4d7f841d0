"""What somebody has to do before anything else. Decided from what the request has loaded already."""

from typing import Any

from identity.services.passwords import has_run_out
from identity.services.second_factor import is_required, uses_second_factor
from tenants.models import User

SESSIONS, PASSWORD, SECOND_FACTOR = "sessions", "password", "second_factor"
CONFIRMED = "second_factor_known"


def duty_of(user: User, note: dict[str, Any], session: Any) -> str | None:
    """The first thing outstanding: to end another session, to change the password, to enrol a second factor.

    Once a second factor was found the session remembers it, so that later requests do not ask again.
    """
    if note.get("too_many"):
        return SESSIONS
    if user.must_change_password or has_run_out(user, note.get("max_age_days", 0)):
        return PASSWORD
    if is_required(user) and not session.get(CONFIRMED):
        if not uses_second_factor(user):
            return SECOND_FACTOR
        session[CONFIRMED] = True
    return None
