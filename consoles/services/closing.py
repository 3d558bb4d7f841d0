"""Ending consoles: the wish is written down, the process that holds the connection is told to look."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from consoles.endings import Ending
from consoles.models import ConsoleSession
from consoles.querysets import ConsoleSessionQuerySet
from consoles.services.tickets import hashed
from tenants.models import User


def close_sessions(*, sessions: ConsoleSessionQuerySet, ending: Ending) -> int:
    """Ask these consoles to end; answers how many were asked. They end at once, or at their
    next check a few seconds later if the message to their process is lost."""
    uuids = list(sessions.filter(closed_at=None, must_end=None).values_list("uuid", flat=True))
    ConsoleSession.objects.filter(uuid__in=uuids).update(must_end=ending)
    transaction.on_commit(lambda: _tell(uuids), robust=True)
    return len(uuids)


def close_sessions_of(*, user: User | None = None, session_key: str | None = None) -> int:
    """End the consoles of a browser session or, without one, all of a user's, since they signed out."""
    sessions = ConsoleSession.objects.all()
    if session_key:
        sessions = sessions.filter(session_hash=hashed(session_key))
    elif user is not None:
        sessions = sessions.filter(user=user)
    else:
        return 0
    return close_sessions(sessions=sessions, ending=Ending.LOGGED_OUT)


def record_end(*, session: ConsoleSession, ending: Ending) -> None:
    """Write down that a console has ended and why; the first reason stays."""
    ConsoleSession.objects.filter(pk=session.pk, closed_at=None).update(
        closed_at=timezone.now(), closed_reason=ending
    )


def group_of(session: ConsoleSession | str) -> str:
    """The channel group in which a console listens."""
    return f"console.{getattr(session, 'uuid', session)}"


def _tell(uuids: list) -> None:
    send = async_to_sync(get_channel_layer().group_send)
    for uuid in uuids:
        send(group_of(uuid), {"type": "console.check"})
