"""Passing soft limits on purpose: whether, why, and until when."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from core.errors import Invalid

REASON_LENGTH = 255


@dataclass(frozen=True)
class Force:
    """That soft limits shall be passed; anything that wants a plain yes may be given True instead."""

    reason: str = ""
    until: datetime | None = None

    @property
    def is_lease(self) -> bool:
        """Whether there is more to remember than that it happened."""
        return bool(self.reason or self.until)


def asked_force(force: bool, *, reason: str = "", until: str = "") -> bool | Force:
    """What somebody asked for. ``until`` is an ISO date (the whole day, UTC) or date and time.

    Reason and date mean nothing without ``force``. Raises Invalid for a date that is none or
    is past, and for a reason that is too long.
    """
    if not force:
        return False
    reason = reason.strip()
    if len(reason) > REASON_LENGTH or not reason.isprintable():
        raise Invalid(_("A reason has at most %(most)s printable characters.") % {"most": REASON_LENGTH})
    return Force(reason, _moment(until)) if reason or until else True


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        day = moment = None
    if day is not None and len(text) == len("2000-01-01"):
        moment = datetime.combine(day, time.max, UTC)
    if moment is None:
        raise Invalid(_("%(text)s is not a date, such as 2030-12-31.") % {"text": text})
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment <= timezone.now():
        raise Invalid(_("The date until which a soft limit may be passed lies in the past."))
    return moment
