"""Looks at every request of a browser session: still good, from an allowed network, nothing outstanding?

Costs no query: what it needs was loaded with the user or stands in the session.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.client_address import client_address
from core.errors import Reason
from core.sessions import HELD
from identity.confirmed import unconfirmed
from identity.services.duties import PASSWORD, SECOND_FACTOR, SESSIONS, duty_of
from identity.services.sessions import NOTE, has_run_out, renamed, touch
from tenants.networks import network_refusal

PAGES = {
    SESSIONS: "identity:too_many_sessions",
    PASSWORD: "account_change_password",
    SECOND_FACTOR: "identity:enrol",
}
OPEN = {
    SESSIONS: ("identity:too_many_sessions",),
    PASSWORD: ("account_change_password",),
    SECOND_FACTOR: (
        "identity:enrol", "identity:enable_mail", "mfa_", "account_reauthenticate", "sign_in_confirm",
        "openid_connect_callback", "saml_acs", "saml_finish_acs",
    ),
}  # fmt: skip
ALWAYS_OPEN = ("account_logout", "healthz", "branding:css", "branding:logo")
ERRORS_TYPE = "application/vnd.abiquo.errors+json"


class SignInMiddleware:
    """Stands after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        note = request.session.get(NOTE)
        now = time.time()
        if note and has_run_out(note, now):
            logout(request)
            return self.get_response(request)
        refusal = network_refusal(request.user, client_address(request))
        if refusal is not None and request.path != reverse("account_logout"):
            return refused(request, refusal)
        request.user.unconfirmed = partial(unconfirmed, request)
        if note:
            touch(request=request, note=note, now=now)
        key = request.session.session_key
        response = self.get_response(request)
        if request.session.session_key != key and request.user.is_authenticated:
            renamed(request=request)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Lead to what is outstanding before anything else is shown."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        duty = duty_of(request.user, request.session.get(NOTE) or {}, request.session)
        if bool(duty) != bool(request.session.get(HELD)):
            request.session[HELD] = bool(duty)
        if duty is None or request.resolver_match.view_name.startswith((*ALWAYS_OPEN, *OPEN[duty])):
            return None
        return _led_to(request, duty)


def refused(request: HttpRequest, reason: Reason) -> HttpResponse:
    """The reason as a page, or as the API tells errors."""
    if request.path.startswith("/api/"):
        entry = {"code": reason.code, "message": f"{reason.message} {reason.remedy}".strip()}
        return JsonResponse({"collection": [entry]}, status=403, content_type=ERRORS_TYPE)
    return render(request, "identity/refused.html", {"reason": reason}, status=403)


def _led_to(request: HttpRequest, duty: str) -> HttpResponse:
    address = reverse(PAGES[duty])
    if request.path.startswith("/api/"):
        return refused(
            request,
            Reason(
                "PSW-9" if duty == PASSWORD else "LOGIN-1",
                _("Something is to be done in the portal first."),
                remedy=settings.ATRIUM_PUBLIC_URL + address,
            ),
        )
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
