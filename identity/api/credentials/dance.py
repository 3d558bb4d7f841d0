"""The OAuth 1.0a dance: a request token, the user's consent, an access token."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from rest_framework.exceptions import NotAuthenticated

from core.api.links import API_ROOT
from core.api.verbs import speaks
from core.api.views import DialectView
from identity.oauth import answer_access_token, answer_request_token
from identity.oauth.addresses import OUT_OF_BAND, answer_of, led_to
from identity.oauth.provider import FORM, Answer
from identity.services.oauth_tokens import Consent, give_consent
from tenants.api.authentication import BrowserUser


class SignedView(DialectView):
    """Answers an application by its signature."""

    def form(self, answer: Answer) -> HttpResponse:
        """A form-encoded answer, with a challenge when the signature does not hold."""
        response = HttpResponse(answer.body, status=answer.status, content_type=FORM)
        response["Cache-Control"] = "no-store"
        if answer.status == 401:  # noqa: PLR2004
            response["WWW-Authenticate"] = 'OAuth realm="Atrium"'
        return response


class RequestTokenStep(SignedView):
    @speaks("OAuth 1.0a: a request token for ten minutes", answers=(FORM,), accepts=(FORM,), public=True)
    def post(self, request):
        return self.form(answer_request_token(request._request))


class AccessTokenStep(SignedView):
    @speaks("OAuth 1.0a: an access token for a verifier", answers=(FORM,), accepts=(FORM,), public=True)
    def post(self, request):
        return self.form(answer_access_token(request._request))


class Authorize(DialectView):
    """A browser is led to the page that asks its user; a client with credentials has decided already."""

    @speaks(
        "OAuth 1.0a: let an application of mine act for me",
        status=302,
        public=True,
        parameters={"oauth_token": "The request token."},
    )
    def get(self, request):
        key = self.params.get("oauth_token", "")
        if self._in_a_browser(request):
            return _redirect(f"{reverse('credentials:consent')}?{urlencode({'oauth_token': key})}")
        if request.user is None:
            raise NotAuthenticated("Log in: send your name and password by HTTP Basic.")
        return _redirect(_address_of(give_consent(actor=self.actor, key=key), self.base))

    def _in_a_browser(self, request) -> bool:
        if "Authorization" in request.headers:
            return False
        reads_pages = "text/html" in request.headers.get("Accept", "")
        return reads_pages or (
            request.user is not None and isinstance(request.successful_authenticator, BrowserUser)
        )


def _address_of(consent: Consent, base: str) -> str:
    if consent.callback != OUT_OF_BAND:
        return led_to(consent)
    return f"{base.removesuffix(API_ROOT)}{reverse('credentials:code')}?{answer_of(consent)}"


def _redirect(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})
