"""What a signed-in browser carries."""

from typing import Any

SESSION_COOKIE = "sessionid"


def session_cookie(user: Any) -> str:
    """The ``Cookie`` header of a new session of this user."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{SESSION_COOKIE}={session.session_key}"
