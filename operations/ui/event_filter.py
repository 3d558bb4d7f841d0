"""What of events is shown, and which of them the address of the activity page asks for."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.querysets import EventQuerySet

EVENT_FIELDS = (
    "id", "occurred_at", "kind", "severity", "subject_type", "subject_id", "subject_name", "actor_name",
    "source_address", "operation_id", "changes", "data",
)  # fmt: skip
ONLY = (("", _("Everything")), ("mine", _("By me")), ("problems", _("Problems")), ("people", _("People")))
LONGEST_NUMBER = 19
PEOPLE = ("user", "role", "external_role", "scope", "enterprise")


@dataclass(frozen=True)
class EventFilter:
    """What cannot be read counts as not asked. Days are whole and in UTC, both ends included."""

    text: str = ""
    only: str = ""
    since: Any = None
    until: Any = None
    enterprise: int | None = None

    @classmethod
    def read(cls, asked: QueryDict) -> "EventFilter":
        only = asked.get("only", "")
        return cls(
            text=asked.get("q", "").strip(),
            only=only if only in dict(ONLY) else "",
            since=_day(asked.get("since", "")),
            until=_day(asked.get("until", "")),
            enterprise=_number(asked.get("enterprise", "")),
        )

    def events_for(self, actor: Any) -> EventQuerySet:
        """The events the actor may read that match."""
        events = Event.objects.visible_to(actor)
        if self.text:
            found = Q(subject_name__icontains=self.text) | Q(actor_name__icontains=self.text)
            events = events.filter(found | Q(kind__istartswith=self.text) | Q(source_address=self.text))
        if self.enterprise is not None:
            events = events.filter(enterprise_id=self.enterprise)
        if self.only == "problems":
            events = events.exclude(severity="INFO")
        if self.only == "mine":
            events = events.filter(actor_id=actor.pk)
        if self.only == "people":
            events = events.filter(subject_type__in=PEOPLE)
        if self.since:
            events = events.filter(occurred_at__gte=_midnight(self.since))
        if self.until:
            events = events.filter(occurred_at__lt=_midnight(self.until) + timedelta(days=1))
        return events


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else None


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
