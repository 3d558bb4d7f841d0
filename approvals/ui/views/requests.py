"""What waits for me, what I asked for, what was decided; one request with its plan; deciding."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.approvers import decides_for
from approvals.models import ApprovalRequest
from approvals.services import Verdict, decide, decide_many
from approvals.services.mailing import SALT
from approvals.ui.presenting import plan_for, waiting_for, whom
from core.ui import keyset
from core.ui.faults import fault_of
from core.ui.pages import Page

ID = re.compile(r"[0-9]{1,18}")
SHOWN = (
    ("", gettext_lazy("Waiting for me")),
    ("mine", gettext_lazy("Asked by me")),
    ("waiting", gettext_lazy("All that wait")),
    ("decided", gettext_lazy("Decided")),
)
FIELDS = (
    "id", "kind", "resource_type", "resource_id", "resource_name", "enterprise__name", "requester_name",
    "reasons", "plan", "status", "created_at", "expires_at", "decided_at", "decided_by_name",
)  # fmt: skip


class Requests(Page):
    """GET shows a list; POST approves or rejects what was selected in it."""

    failed_to = gettext_lazy("Nothing was decided")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        ids = [int(text) for text in request.POST.getlist("request") if ID.fullmatch(text)]
        approve = request.POST.get("verdict") == "approve"
        comment = request.POST.get("comment", "")
        verdicts = decide_many(actor=request.user, request_ids=ids, approve=approve, comment=comment)
        done = sum(1 for verdict in verdicts if verdict.refusal is None)
        if done:
            told = (
                ngettext("%(n)s was approved.", "%(n)s were approved.", done)
                if approve
                else ngettext("%(n)s was rejected.", "%(n)s were rejected.", done)
            )
            messages.success(request, told % {"n": done})
        refused = [verdict for verdict in verdicts if verdict.refusal is not None]
        return self._show(request, refused) if refused else redirect("approvals:requests")

    def _show(self, request: HttpRequest, refused: list[Verdict] | None = None) -> HttpResponse:
        only = request.GET.get("only", "")
        only = only if only in dict(SHOWN) else ""
        query = request.GET.get("q", "").strip()
        found = _shown(request, only)
        if query:
            found = found.filter(Q(resource_name__icontains=query) | Q(requester_name__icontains=query))
        values = found.values(*FIELDS)
        context = {
            "rows": keyset.read(values, order=keyset.Order(), key=request.GET.get("after", "")),
            "shown": SHOWN,
            "only": only,
            "query": query,
            "deciding": only == "",
            "show_enterprise": request.user.reach != "own",
            "faults": [
                fault_of(verdict.refusal, request, what=verdict.request.resource_name)
                for verdict in refused or ()
            ],
        }
        return render(request, "approvals/requests.html", context, status=409 if refused else 200)


class RequestPage(Page):
    """One request with its plan; POST decides it."""

    failed_to = gettext_lazy("Nothing was decided")

    def get(self, request: HttpRequest, request_id: int) -> HttpResponse:
        requests = ApprovalRequest.objects.visible_to(request.user)
        asked = get_object_or_404(requests.select_related("rule__approver_role", "enterprise"), pk=request_id)
        person = decides_for(request.user, asked) if asked.status == "waiting" else None
        context: dict[str, Any] = {
            "asked": asked,
            "plan": plan_for(request.user, asked),
            "whom": whom(asked.rule),
            "may_decide": person is not None,
            "stands_in_for": person if person is not None and person.pk != request.user.pk else None,
            "mine": asked.requester_id == request.user.pk,
        }
        return render(request, "approvals/request.html", context)

    def post(self, request: HttpRequest, request_id: int) -> HttpResponse:
        asked = get_object_or_404(ApprovalRequest.objects.visible_to(request.user), pk=request_id)
        decide(
            actor=request.user,
            operation_id=asked.operation_id,
            approve=request.POST.get("verdict") == "approve",
            comment=request.POST.get("comment", ""),
        )
        return redirect("approvals:request", asked.id)


class Open(Page):
    """Where the link of a mail leads. It says which request is meant; who follows it must be signed in."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            meant = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            raise Http404(_("This link is not ours, or a part of it is missing.")) from None
        return redirect("approvals:request", meant["request"])


class OfTask(Page):
    """The request a task waits or waited for."""

    def get(self, request: HttpRequest, operation_id: UUID) -> HttpResponse:
        asked = get_object_or_404(ApprovalRequest.objects.visible_to(request.user), operation_id=operation_id)
        return redirect("approvals:request", asked.id)


def _shown(request: HttpRequest, only: str) -> QuerySet[ApprovalRequest]:
    if only == "":
        return waiting_for(request.user)
    everything = ApprovalRequest.objects.visible_to(request.user)
    if only == "mine":
        return everything.filter(requester_id=request.user.pk)
    return everything.waiting() if only == "waiting" else everything.exclude(status="waiting")
