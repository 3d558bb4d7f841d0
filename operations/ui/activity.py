"""What happened: events, newest first, with what runs above them; and the same as a file."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.ui import keyset
from core.ui.pages import Page
from events.models import Event
from operations.models import Operation
from operations.ui.event_filter import EVENT_FIELDS, ONLY, EventFilter
from operations.ui.presenting import tasks_of

STAYS = timedelta(hours=12)
MOST_TASKS = 15
CHUNK = 500
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


class Activity(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        asked = EventFilter.read(request.GET)
        events = asked.events_for(request.user).values(*EVENT_FIELDS)
        rows = keyset.read(events, order=keyset.Order(), key=request.GET.get("after", ""))
        context: dict[str, Any] = {"rows": rows, "asked": asked, "filters": ONLY}
        context["enterprise"] = self._enterprise(request, asked)
        if request.headers.get("HX-Target") == "events":
            return render(request, "operations/_events.html", context)
        context["tasks"] = tasks_of(self._operations(request, asked), request.user)
        return render(request, "operations/activity.html", context)

    @staticmethod
    def _enterprise(request: HttpRequest, asked: EventFilter) -> str:
        """What the log calls the enterprise whose events are asked for; or nothing."""
        if asked.enterprise is None:
            return ""
        told = Event.objects.visible_to(request.user).about("enterprise", asked.enterprise)
        return told.values_list("subject_name", flat=True).first() or ""

    @staticmethod
    def _operations(request: HttpRequest, asked: EventFilter):
        operations = Operation.objects.visible_to(request.user).filter(
            Q(active_key__isnull=False) | Q(needs_attention=True, finished_at__gte=timezone.now() - STAYS)
        )
        if asked.enterprise is not None:
            operations = operations.filter(enterprise_id=asked.enterprise)
        return operations.prefetch_related("steps")[:MOST_TASKS]


class Export(Page):
    """The filtered events as CSV (RFC 4180), written while they are read."""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        events = EventFilter.read(request.GET).events_for(request.user).order_by("-id")
        lines = _lines(events.values_list(*EVENT_FIELDS))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="events-{timezone.now():%Y-%m-%d}.csv"'
        return response


class _Echo:
    """A file for csv that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _lines(events: Any) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(EVENT_FIELDS)
    for row in events.iterator(chunk_size=CHUNK):
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    """Text a spreadsheet does not run: names are chosen by tenants and could begin like a formula."""
    if value is None:
        return ""
    text = orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text
