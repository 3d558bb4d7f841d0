"""The task drawer, one operation with its steps, and what happened in the enterprise."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import keyset
from core.ui.pages import Page
from events.models import Event
from operations.models import Operation
from operations.services import cancel_operation
from operations.ui.presenting import task_of, tasks_of

JUST_ENDED = timedelta(seconds=8)
STAYS = timedelta(hours=12)
DRAWER_LENGTH = 15
EVENT_FIELDS = (
    "id",
    "occurred_at",
    "kind",
    "severity",
    "subject_type",
    "subject_id",
    "subject_name",
    "actor_name",
    "operation_id",
    "data",
)


class Tasks(Page):
    """The drawer: what the user started and still runs, what just ended, what failed lately."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        mine = Operation.objects.visible_to(request.user).filter(actor_id=request.user.id)
        shown = mine.filter(
            Q(active_key__isnull=False)
            | Q(finished_at__gte=now - JUST_ENDED)
            | Q(status="failed", finished_at__gte=now - STAYS)
        )
        operations = shown.prefetch_related("steps")[:DRAWER_LENGTH]
        return render(request, "operations/_tasks.html", {"tasks": tasks_of(operations, request.user)})


class OperationPage(Page):
    """Every step of one operation, its plan and its error."""

    def get(self, request: HttpRequest, operation_id: UUID) -> HttpResponse:
        operations = Operation.objects.visible_to(request.user).prefetch_related("steps")
        operation = get_object_or_404(operations, id=operation_id)
        context = {"task": task_of(operation, request.user), "operation": operation}
        template = (
            "operations/_operation.html" if request.headers.get("HX-Request") else "operations/operation.html"
        )
        return render(request, template, context)


class Cancel(Page):
    failed_to = gettext_lazy("The task was not cancelled")

    def post(self, request: HttpRequest, operation_id: UUID) -> HttpResponse:
        cancel_operation(actor=request.user, operation_id=operation_id)
        operation = Operation.objects.visible_to(request.user).prefetch_related("steps").get(id=operation_id)
        return render(request, "operations/_task.html", {"task": task_of(operation, request.user)})


class Activity(Page):
    """Events, newest first, with the operations that run or failed above them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = keyset.read(self._events(request), order=keyset.Order(), key=request.GET.get("after", ""))
        context: dict[str, Any] = {
            "rows": rows,
            "filters": self._filters(request),
            "query": request.GET.get("q", ""),
            "only": request.GET.get("only", ""),
        }
        if request.headers.get("HX-Target") == "events":
            return render(request, "operations/_events.html", context)
        context["tasks"] = tasks_of(self._operations(request), request.user)
        return render(request, "operations/activity.html", context)

    @staticmethod
    def _events(request: HttpRequest):
        events = Event.objects.visible_to(request.user)
        query = request.GET.get("q", "").strip()
        if query:
            events = events.filter(Q(subject_name__icontains=query) | Q(actor_name__icontains=query))
        if request.GET.get("only") == "problems":
            events = events.exclude(severity="INFO")
        if request.GET.get("only") == "mine":
            events = events.filter(actor_id=request.user.id)
        return events.values(*EVENT_FIELDS)

    @staticmethod
    def _operations(request: HttpRequest):
        operations = Operation.objects.visible_to(request.user).filter(
            Q(active_key__isnull=False) | Q(needs_attention=True, finished_at__gte=timezone.now() - STAYS)
        )
        return operations.prefetch_related("steps")[:DRAWER_LENGTH]

    @staticmethod
    def _filters(request: HttpRequest) -> list[tuple[str, str]]:
        return [("", _("Everything")), ("mine", _("By me")), ("problems", _("Problems"))]
