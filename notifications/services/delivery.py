"""Delivering the outbox of mails: claim a row, speak SMTP outside of any transaction, write down the end.

A claim is one conditional UPDATE, so of many deliverers one gets the row; it holds it for longer than a
transmission may last. A deliverer that dies between the server's "taken" and the commit of that leaves a
mail that is sent again when its lease ends, with the same Message-ID: SMTP knows no way to ask whether it
was taken. Nothing else is sent twice.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from secrets import token_hex

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.sealing import CannotUnseal
from events.models import Severity
from events.services import record_event
from events.subject import Subject
from notifications.composing import ascii_address, composed
from notifications.models import MailMessage, MailServer, MailState
from notifications.rendering import Body
from notifications.services.servers import route_to, server_for
from notifications.smtp import Undelivered, transmit

LEASE_SECONDS = 600
RETRY_SECONDS = (30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
LOOKED_AT = 500
ERROR_LENGTH = 400


def due_by_server() -> dict[int, list[int]]:
    """Ids of mails that may be sent now, by the id of their server. Without a server a mail just waits."""
    now = timezone.now()
    due = MailMessage.objects.filter(_free(now), state=MailState.QUEUED, due_at__lte=now)
    rows = due.order_by("due_at", "id").values_list("id", "enterprise_id")[:LOOKED_AT]
    servers: dict[int | None, MailServer | None] = {}
    found: dict[int, list[int]] = defaultdict(list)
    for message_id, enterprise_id in rows:
        if enterprise_id not in servers:
            servers[enterprise_id] = server_for(enterprise_id)
        server = servers[enterprise_id]
        if server is not None:
            found[server.pk].append(message_id)
    return dict(found)


def deliver(message_id: int) -> str | None:
    """Send one mail, unless somebody else does. Its state then; None when it was not ours to send."""
    message = _claim(message_id)
    if message is None:
        return None
    server = server_for(message.enterprise_id)
    try:
        if server is None:
            raise Undelivered(_("There is no mail server any more."))
        route = route_to(server, sender_id=message.enterprise_id)
        body = Body.opened(message.sealed_body)
        transmit(route, to=ascii_address(message.recipient), data=composed(message, body, route))
    except Undelivered as error:
        return _postpone(message, str(error), permanent=error.permanent)
    except CannotUnseal as error:
        return _postpone(message, str(error), permanent=True)
    return _sent(message)


def deliver_due() -> dict[str, int]:
    """Send everything that is due, one mail after the other; how many ended in which state."""
    ends: dict[str, int] = defaultdict(int)
    for message_ids in due_by_server().values():
        for message_id in message_ids:
            state = deliver(message_id)
            if state is not None:
                ends[state] += 1
    return dict(ends)


def _free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=now)


@transaction.atomic
def _claim(message_id: int) -> MailMessage | None:
    now = timezone.now()
    lease = token_hex(16)
    taken = MailMessage.objects.filter(
        _free(now), pk=message_id, state=MailState.QUEUED, due_at__lte=now
    ).update(lease=lease, leased_until=now + timedelta(seconds=LEASE_SECONDS), attempts=F("attempts") + 1)
    if not taken:
        return None
    message = MailMessage.objects.get(pk=message_id)
    if message.good_until and message.good_until <= now:
        _end(message, state=MailState.FAILED, last_error=_("It was too late to send it."), sealed_body="")
        return None
    return message


@transaction.atomic
def _sent(message: MailMessage) -> str:
    _end(message, state=MailState.SENT, sent_at=timezone.now(), last_error="", sealed_body="")
    return MailState.SENT


@transaction.atomic
def _postpone(message: MailMessage, error: str, *, permanent: bool) -> str:
    given_up = permanent or message.attempts > len(RETRY_SECONDS)
    if not given_up:
        delay = timedelta(seconds=RETRY_SECONDS[message.attempts - 1])
        _end(message, due_at=timezone.now() + delay, last_error=error[:ERROR_LENGTH])
        return MailState.QUEUED
    if _end(message, state=MailState.FAILED, last_error=error[:ERROR_LENGTH]):
        record_event(
            kind="mail.failed",
            subject=Subject("mail", message.pk, message.template, message.enterprise_id),
            severity=Severity.WARN,
            private_data={"error": error[:ERROR_LENGTH]},
        )
    return MailState.FAILED


def _end(message: MailMessage, **values) -> bool:
    """Write the end and give the row back, unless the lease ran out and somebody else has it now."""
    held = MailMessage.objects.filter(pk=message.pk, lease=message.lease)
    return bool(held.update(lease="", leased_until=None, updated_at=timezone.now(), **values))
