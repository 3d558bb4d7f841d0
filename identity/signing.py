"""What sign-ins and sign-outs leave behind, whichever way somebody came or went."""

from typing import Any

from django.http import HttpRequest

from core.sessions import HELD
from identity.services.duties import duty_of
from identity.services.sessions import NOTE, begin_session, forget_session


def signed_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Django says that somebody's browser session begins."""
    if getattr(request, "session", None) is not None:
        request.began = begin_session(request=request, user=user)
        request.session[HELD] = duty_of(user, request.session[NOTE], request.session) is not None


def signed_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Django says that a browser session ends."""
    session = getattr(request, "session", None)
    forget_session(session_key=getattr(session, "session_key", None), user=user)
