"""Whether a browser session is still somebody's, read anew each time: websockets outlive their beginning."""

import hashlib
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

HELD = "held"


def is_signed_in(user: Any, session_key: str | None) -> bool:
    """Whether this session is the user's now. It also ends with a change of the password.

    One that is HELD, since something is to be done before anything else, opens no websocket.
    """
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key=session_key)
    signature = session.get(HASH_SESSION_KEY) or ""
    if session.get(HELD):
        return False
    return session.get(SESSION_KEY) == str(user.pk) and constant_time_compare(
        signature, user.get_session_auth_hash()
    )


def hashed(secret: str) -> str:
    """What is kept or told of a session key or a token. They are long and random: a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
