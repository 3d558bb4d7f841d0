"""The two addresses of a sign-in through OpenID Connect."""

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from identity.federation.oidc.provider import OidcAdapter
from identity.federation.refusing import refuses_in_words


class CallbackView(OAuth2CallbackView):
    """Lets the adapter know the state, so that it can compare the nonce."""

    def _get_state(self, request, provider):
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


@login_not_required
@refuses_in_words
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """POST: to the provider. GET: ask whether that is wanted."""
    return OAuth2LoginView.adapter_view(OidcAdapter(request, provider_id))(request)


@login_not_required
@refuses_in_words
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with a code or an error."""
    return CallbackView.adapter_view(OidcAdapter(request, provider_id))(request)
