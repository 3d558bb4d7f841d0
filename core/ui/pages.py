"""The base of every page: only for people who signed in, and a domain error becomes words."""

import json
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError
from core.ui.faults import fault_of


class Page(LoginRequiredMixin, View):
    """A view that may raise DomainError anywhere; ``failed_to`` says what then did not happen."""

    failed_to = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return self.refused(error)

    def handle_no_permission(self) -> HttpResponse:
        """A fragment asked for after the session ended reloads the whole page, which leads to the sign-in."""
        if self.request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("account_login")})
        return super().handle_no_permission()

    def refused(self, error: DomainError) -> HttpResponse:
        """The error as a dialog for HTMX, else as a page."""
        if error.status == 404:  # noqa: PLR2004
            raise Http404(error.message)
        undone = self.failed_to or _("This was not done")
        what = _("This page is not for you") if self.request.method == "GET" else str(undone)
        fault = fault_of(error, self.request, what=what)
        if self.request.headers.get("HX-Request"):
            return retargeted(
                render(self.request, "components/fault_dialog.html", {"error": fault}), "#dialog"
            )
        return render(self.request, "components/fault_page.html", {"error": fault}, status=error.status)


def retargeted(response: HttpResponse, target: str) -> HttpResponse:
    """Let HTMX put the answer elsewhere than it asked for."""
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def led_to(request: HttpRequest, location: str) -> HttpResponse:
    """On to another page, whether HTMX asked from a dialog or the browser sent a form."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": location})
    return HttpResponseRedirect(location)


def told(text: str, *, tone: str = "", location: str = "", **events: Any) -> HttpResponse:
    """An empty answer to HTMX that shows a toast, and perhaps goes to another page or fires other events.

    The events fire after the swap: then they arrive even when the pressed button was replaced meanwhile.
    """
    toast = {"toast": {"text": text, "tone": tone}} if text else {}
    headers = {"HX-Redirect": location} if location else {}
    return HttpResponse(
        "", headers={**headers, "HX-Reswap": "none", "HX-Trigger-After-Swap": json.dumps(toast | events)}
    )
