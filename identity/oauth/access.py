"""Access tokens as they are needed with every signed call: read once, then remembered for seconds."""

from dataclasses import dataclass
from datetime import datetime

from core.access_generation import access_generation
from core.api.memory import ShortMemory
from core.sealing import CannotUnseal, unseal
from identity.models import AccessToken
from identity.services.applications import SECRET_PURPOSE

REMEMBER_SECONDS = 5
_memory = ShortMemory(REMEMBER_SECONDS)


@dataclass(frozen=True, repr=False)
class Access:
    """Whose access it is, both secrets, and what it leaves of the role; ``privileges`` None: everything."""

    token_id: int
    user_id: int
    client_secret: str
    token_secret: str
    expires_at: datetime | None
    privileges: frozenset[str] | None

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


def find_access(client_key: str, token_key: str) -> Access | None:
    """The access of this application with this token, or None. One query, at most."""
    generation, remembered_as = access_generation(), f"{client_key} {token_key}"
    found = _memory.recall(remembered_as, generation)
    if found is None:
        found = _read(client_key, token_key)
        if found is not None:
            _memory.keep(remembered_as, found, generation)
    return found


def _read(client_key: str, token_key: str) -> Access | None:
    row = (
        AccessToken.objects.filter(key=token_key, application__api_key=client_key)
        .values_list(
            "id",
            "application__user_id",
            "application__sealed_secret",
            "sealed_secret",
            "expires_at",
            "application__privileges",
        )  # fmt: skip
        .first()
    )
    if row is None:
        return None
    token_id, user_id, *sealed, expires_at, privileges = row
    try:
        secrets = [unseal(each, purpose=SECRET_PURPOSE) for each in sealed]
    except CannotUnseal:
        return None
    limits = None if privileges is None else frozenset(privileges)
    return Access(token_id, user_id, *secrets, expires_at, limits)
