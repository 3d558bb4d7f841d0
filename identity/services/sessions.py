"""Sessions of browsers: they begin with a sign-in, are looked at with each request, and are ended by people.

What each request needs stands in the session itself under ``identity``, so a request asks no further row.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from core.client_address import client_address
from core.transactions import retried_transaction
from events.services import record_event
from identity.models import BrowserSession, TooManySessions
from identity.services.policy import current_policy
from tenants.models import User
from tenants.services import end_login_tokens
from tenants.services.grants import require_manageable

NOTE = "identity"
TOUCH_SECONDS = 60
_MOST_AGENT = 255


@dataclass(frozen=True)
class Began:
    """What came of a sign-in: sessions that were ended for it, or that stand in the way."""

    ended: int = 0
    too_many: int = 0


@retried_transaction
def begin_session(*, request: HttpRequest, user: User) -> Began:
    """Write down that the user signed in with this browser session.

    With more sessions than the policy allows the longest unused end, or the session is marked so
    that its user decides first. The user's row is locked: sign-ins at once count each other.
    """
    policy, now = current_policy(), timezone.now()
    if request.session.session_key is None:
        request.session.create()
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    until = now + timedelta(hours=policy.session_hours)
    BrowserSession.objects.filter(session_key=request.session.session_key).delete()
    row = BrowserSession.objects.create(
        user_id=user.pk,
        session_key=request.session.session_key,
        address=client_address(request),
        agent=request.headers.get("User-Agent", "")[:_MOST_AGENT],
        last_seen_at=now,
        expires_at=min(until, now + timedelta(minutes=policy.idle_minutes)),
    )
    began = _make_room(user, row, policy)
    request.session[NOTE] = {
        "row": row.pk,
        "seen": time.time(),
        "idle": policy.idle_minutes * 60,
        "until": until.timestamp(),
        "max_age_days": policy.max_age_days,
        "too_many": began.too_many,
    }
    record_event(kind="user.signed_in", subject=user, actor=user)
    return began


def has_run_out(note: dict[str, Any], now: float) -> bool:
    """Whether the session was left alone too long, or is older than any may be."""
    return now - note["seen"] > note["idle"] or now > note["until"]


def touch(*, request: HttpRequest, note: dict[str, Any], now: float) -> None:
    """Note once a minute that the session is used."""
    if now - note["seen"] < TOUCH_SECONDS:
        return
    request.session[NOTE] = note | {"seen": now}
    seen_at = datetime.fromtimestamp(now, UTC)
    ends = datetime.fromtimestamp(min(note["until"], now + note["idle"]), UTC)
    BrowserSession.objects.filter(pk=note["row"]).update(
        last_seen_at=seen_at, expires_at=ends, session_key=request.session.session_key
    )


def settle(*, request: HttpRequest) -> None:
    """The user has decided about their other sessions: the present one may be used."""
    request.session[NOTE] = request.session[NOTE] | {"too_many": 0}


def renamed(*, request: HttpRequest) -> None:
    """The session got a new key, as after a change of the password."""
    note = request.session.get(NOTE)
    if note:
        BrowserSession.objects.filter(pk=note["row"]).update(session_key=request.session.session_key)


@retried_transaction
def end_sessions(*, actor: Any, sessions: Any) -> int:
    """End these sessions with their live pages and consoles, and their users' tokens of logins; ``sessions``
    is a queryset the actor sees.

    Answers how many there were. Raises PermissionRefused when one is of somebody they may not change.
    """
    rows = list(sessions.select_related("user__enterprise", "user__role", "user__scope"))
    for row in rows:
        require_manageable(actor, row.user)
        _end(row)
        record_event(
            kind="user.session_ended", subject=row.user, actor=actor, data={"address": row.address or ""}
        )
    for user in {row.user_id: row.user for row in rows}.values():
        end_login_tokens(user=user)
    return len(rows)


@retried_transaction
def sign_out_everywhere(*, actor: Any, user: User, sessions: Any) -> int:
    """End these sessions of the user, and with or without any the tokens of logins, which belong to none.

    Answers and raises as ``end_sessions`` does.
    """
    require_manageable(actor, user)
    end_login_tokens(user=user)
    return end_sessions(actor=actor, sessions=sessions.filter(user_id=user.pk))


@retried_transaction
def end_vouched_sessions(*, sessions: Any) -> int:
    """End sessions because the provider that vouched for their user says so; answers how many there were."""
    rows = list(sessions.select_related("user__enterprise", "user__role", "user__scope"))
    for row in rows:
        _end(row)
        record_event(
            kind="user.session_ended",
            subject=row.user,
            data={"address": row.address or "", "why": "SIGNED_OUT_AT_PROVIDER"},
        )
    return len(rows)


def note_voucher(*, request: HttpRequest, provider_session: str) -> None:
    """The provider's own name of the session, by its digest: it may end the session by that name."""
    row = request.session.get(NOTE, {}).get("row")
    BrowserSession.objects.filter(pk=row).update(provider_session=provider_session)


def end_oldest(*, request: HttpRequest) -> int:
    """End the user's sessions that stand in the way of the present one."""
    user, note = request.user, request.session[NOTE]
    others = _alive(user).exclude(pk=note["row"]).order_by("last_seen_at")
    doomed = [row.pk for row in others[: note["too_many"]]]
    ended = end_sessions(actor=user, sessions=BrowserSession.objects.filter(pk__in=doomed))
    settle(request=request)
    return ended


def forget_session(*, session_key: str | None, user: User | None) -> None:
    """The session has ended by signing out: its row goes."""
    gone, _rows = BrowserSession.objects.filter(session_key=session_key or "").delete()
    if gone and user is not None:
        record_event(kind="user.signed_out", subject=user, actor=user)


def sweep_sessions() -> int:
    """Forget the rows of sessions that ran out; answers how many."""
    gone, _rows = BrowserSession.objects.filter(expires_at__lt=timezone.now()).delete()
    return gone


def _make_room(user: User, row: BrowserSession, policy: Any) -> Began:
    if not policy.max_sessions:
        return Began()
    others = list(_alive(user).exclude(pk=row.pk).order_by("last_seen_at"))
    surplus = len(others) + 1 - policy.max_sessions
    if surplus <= 0:
        return Began()
    if policy.too_many_sessions == TooManySessions.WARN:
        return Began(too_many=surplus)
    doomed = [other.pk for other in others[:surplus]]
    return Began(ended=end_sessions(actor=user, sessions=BrowserSession.objects.filter(pk__in=doomed)))


def _alive(user: User) -> Any:
    return BrowserSession.objects.filter(user_id=user.pk).alive(timezone.now())


def _end(row: BrowserSession) -> None:
    """Whoever listens to sign-outs closes what belongs to the session; then the session is gone."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key=row.session_key)
    row.delete()
    user_logged_out.send(sender=User, request=request, user=None)
    request.session.delete()
