"""Who decides in my place while I am away, as a tab of my account."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from approvals.models import ApprovalDelegation
from approvals.services import delegate, end_delegation
from approvals.ui.forms import DeputyForm
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page


class Deputies(Page):
    failed_to = gettext_lazy("Nobody was named")

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        return self._show(
            request, DeputyForm(initial={"starts_at": now, "ends_at": now + timedelta(days=14)})
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DeputyForm(request.POST)
        if not form.is_valid():
            return self._show(request, form)
        values = form.cleaned_data
        try:
            delegate(
                actor=request.user,
                deputy_nick=values["deputy"],
                starts_at=values["starts_at"],
                ends_at=values["ends_at"],
            )
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("approvals:deputies")

    @staticmethod
    def _show(request: HttpRequest, form: DeputyForm, error: dict[str, Any] | None = None) -> HttpResponse:
        known = ApprovalDelegation.objects.visible_to(request.user).filter(ends_at__gt=timezone.now())
        known = known.select_related("user", "deputy")
        context = {
            "form": form,
            "error": error,
            "given": [each for each in known if each.user_id == request.user.pk],
            "taken": [each for each in known if each.deputy_id == request.user.pk],
        }
        return render(request, "approvals/deputies.html", context, status=409 if error else 200)


class EndDeputy(Page):
    failed_to = gettext_lazy("The deputy stays")

    def post(self, request: HttpRequest, delegation_id: int) -> HttpResponse:
        end_delegation(actor=request.user, delegation_id=delegation_id)
        return redirect("approvals:deputies")
