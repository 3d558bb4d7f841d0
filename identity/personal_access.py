"""Personal access tokens as they are needed with every call: read once, then remembered for seconds."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from core.api.memory import ShortMemory
from core.sessions import hashed
from identity.models import PersonalToken
from identity.services.personal_tokens import PREFIX

REMEMBER_SECONDS = 5
_memory = ShortMemory(REMEMBER_SECONDS)


@dataclass(frozen=True, slots=True)
class PersonalAccess:
    """Whose token it is, and what it leaves of the role; ``privileges`` None: everything."""

    token_id: int
    user_id: int
    read_only: bool
    privileges: frozenset[str] | None
    expires_at: datetime


def is_personal(text: str) -> bool:
    """Whether this looks like one of our personal access tokens."""
    return text.startswith(PREFIX)


def find_personal_access(text: str, generation: str) -> PersonalAccess | None:
    """What the token opens; None when there is no such token, or its time is over. One query, at most.

    ``generation`` is the present access generation.
    """
    digest = hashed(text)
    found = _memory.recall(digest, generation)
    if found is None:
        found = _read(digest)
        if found is not None:
            _memory.keep(digest, found, generation)
    return None if found is None or found.expires_at <= timezone.now() else found


def _read(digest: str) -> PersonalAccess | None:
    columns = ("id", "user_id", "read_only", "privileges", "expires_at")
    row = PersonalToken.objects.filter(digest=digest).values_list(*columns).first()
    if row is None:
        return None
    token_id, user_id, read_only, privileges, expires_at = row
    limits = None if privileges is None else frozenset(privileges)
    return PersonalAccess(token_id, user_id, read_only, limits, expires_at)
