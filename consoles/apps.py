"""Signing out closes the consoles of that browser session."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class ConsolesConfig(AppConfig):
    name = "consoles"

    def ready(self) -> None:
        user_logged_out.connect(_close_consoles, dispatch_uid="consoles.close_on_logout")


def _close_consoles(sender, request, user, **_) -> None:
    from consoles.services import close_sessions_of

    session = getattr(request, "session", None)
    close_sessions_of(session_key=session.session_key if session is not None else None, user=None)
