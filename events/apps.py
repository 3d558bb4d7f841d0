"""Signing out closes the live pages of that browser session."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        user_logged_out.connect(_end_session, dispatch_uid="events.close_on_logout")


def _end_session(sender, request, user, **_) -> None:
    from core.sessions import hashed
    from events.hub import SIGNED_OUT
    from events.services import publish_change
    from events.subject import Subject

    session_key = getattr(getattr(request, "session", None), "session_key", None)
    if session_key:
        publish_change(
            kind=SIGNED_OUT,
            subject=Subject("session", hashed(session_key)),
            data={},
        )
