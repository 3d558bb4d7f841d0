"""The question whether an application may act for me, and the code for those that can't be led back."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.ui.pages import Page
from identity.oauth.addresses import OUT_OF_BAND, led_to, origin_of
from identity.services.oauth_tokens import awaited_consent, give_consent, refuse_consent
from identity.ui.credentials.tokens import shown_once
from tenants.privilege_words import title_of


class Consent(Page):
    """Only a POST with the CSRF token says yes or no."""

    def get(self, request: HttpRequest) -> HttpResponse:
        key = request.GET.get("oauth_token", "")
        asked = awaited_consent(actor=request.user, key=key)
        leads_to = "" if asked.callback == OUT_OF_BAND else origin_of(asked.callback)
        bounds = asked.application.privileges
        context = {
            "application": asked.application,
            "key": key,
            "leads_to": leads_to,
            "may_do": None if bounds is None else [title_of(name) for name in bounds],
        }
        return render(request, "identity/oauth_consent.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        key = request.POST.get("oauth_token", "")
        if request.POST.get("answer") != "yes":
            refuse_consent(actor=request.user, key=key)
            return HttpResponseRedirect(reverse("credentials:applications"))
        consent = give_consent(actor=request.user, key=key)
        if consent.callback != OUT_OF_BAND:
            return HttpResponseRedirect(led_to(consent))
        return show_code(request, consent.verifier)


class Code(Page):
    """Where clients are led that asked out of band; the code is in the address already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return show_code(request, request.GET.get("oauth_verifier", ""))


def show_code(request: HttpRequest, verifier: str) -> HttpResponse:
    return shown_once(
        request,
        title=_("The application may act for you"),
        secrets=[(_("Code"), verifier)],
        use=_("Enter this code in the application, within ten minutes."),
        back_url=reverse("credentials:applications"),
    )
