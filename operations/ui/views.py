"""The task drawer, and one operation with its steps."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.ui.pages import Page
from operations.models import Operation
from operations.services import cancel_operation
from operations.ui.presenting import task_of, tasks_of

JUST_ENDED = timedelta(seconds=8)
STAYS = timedelta(hours=12)
DRAWER_LENGTH = 15


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
