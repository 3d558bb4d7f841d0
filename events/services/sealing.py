"""Tamper evidence: the log is sealed piece by piece, each seal over its events and the seal before.

A seal is an HMAC-SHA256 (RFC 2104) with a key that follows from SECRET_KEY: who can write to the database
but does not know the key can't change, remove or slip in an event without it showing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from events.models import Event, EventSeal

SETTLED = timedelta(minutes=2)
BATCH = 1_000
_SALT = "atrium.events.seal"
_FORM = 2
_FIRST_FIELDS = (
    "id", "occurred_at", "kind", "severity", "subject_type", "subject_id", "subject_name", "enterprise_id",
    "virtual_datacenter_id", "actor_id", "actor_name", "source_address", "operation_id", "changes", "data",
    "private_data",
)  # fmt: skip
_FIELDS = {1: _FIRST_FIELDS, _FORM: (*_FIRST_FIELDS, "virtual_appliance_id")}


@dataclass(frozen=True)
class Break:
    """A piece of the log that is not as it was sealed."""

    seal_id: int
    first_event_id: int
    last_event_id: int
    sealed_count: int
    found_count: int


def seal_events() -> int:
    """Seal what has settled and is not sealed yet; answers how many events.

    An event gets its number before its transaction commits, so the youngest ones wait SETTLED long.
    Two sealers at once: the database lets one win, the other tries again at its next turn.
    """
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


def broken_seals() -> Iterator[Break]:
    """Every piece whose events, or whose place in the chain, are not what was sealed."""
    previous, after = "", 0
    for seal in EventSeal.objects.order_by("id").iterator():
        rows = list(_events(after, seal.last_event_id, seal.form))
        whole = seal.previous_digest == previous and any(
            compare_digest(seal.digest, _digest(previous, rows, key))
            for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        )
        if not whole:
            yield Break(seal.id, after + 1, seal.last_event_id, seal.event_count, len(rows))
        previous, after = seal.digest, seal.last_event_id


def _seal_batch() -> int:
    last = EventSeal.objects.order_by("-id").first()
    previous, after = (last.digest, last.last_event_id) if last else ("", 0)
    settled = Event.objects.filter(id__gt=after, occurred_at__lt=timezone.now() - SETTLED)
    ids = list(settled.order_by("id").values_list("id", flat=True)[:BATCH])
    if not ids:
        return 0
    rows = list(_events(after, ids[-1], _FORM))
    try:
        with transaction.atomic():
            EventSeal.objects.create(
                previous_digest=previous,
                digest=_digest(previous, rows, settings.SECRET_KEY),
                last_event_id=ids[-1],
                event_count=len(rows),
                form=_FORM,
            )
    except IntegrityError:
        return 0
    return len(rows)


def _events(after: int, last: int, form: int):
    rows = Event.objects.filter(id__gt=after, id__lte=last).order_by("id")
    return rows.values_list(*_FIELDS.get(form, _FIRST_FIELDS)).iterator()


def _digest(previous: str, rows: list[tuple], key: str) -> str:
    text = b"\n".join(orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=str) for row in rows)
    return salted_hmac(_SALT, previous.encode() + b"\n" + text, secret=key, algorithm="sha256").hexdigest()
