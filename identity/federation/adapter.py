"""How allauth meets our providers: they are rows of ours, and who gets in is our decision."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError, AuthProcess

from identity.federation.confirming import confirm
from identity.federation.freshness import CONFIRM, is_fresh
from identity.federation.models import SignInProvider
from identity.federation.oidc.discovery import parameters as oidc_parameters
from identity.federation.refusing import TooLongAgo, refused_page
from identity.federation.saml.settings import saml_settings
from identity.federation.services import SignInRefused, admit

logger = logging.getLogger(__name__)
KINDS = {SignInProvider.Kind.OPENID: "openid_connect", SignInProvider.Kind.SAML: "saml"}


class FederationAdapter(DefaultSocialAccountAdapter):
    """allauth keeps no accounts, tokens or applications here: ExternalIdentity says who is who."""

    def list_apps(self, request, provider=None, client_id=None) -> list[SocialApp]:
        """The providers that are switched on, in allauth's form; never saved."""
        rows = SignInProvider.objects.switched_on(*KINDS)
        if client_id:
            rows = [row for row in rows if client_id in (row.slug, row.parameters.get("client_id"))]
        if provider:
            rows = [row for row in rows if provider in (row.slug, KINDS[row.kind])]
        return [app_of(row) for row in rows]

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def pre_social_login(self, request, sociallogin) -> None:
        """Find or make the user, or end the sign-in with the page that says why not."""
        provider, state = sociallogin.provider, sociallogin.state
        if not is_fresh(sociallogin.proved_at, state.get("since")):
            raise ImmediateHttpResponse(
                refused_page(request, TooLongAgo(provider.name, said=sociallogin.proved_at is not None))
            )
        if state.get("process") == CONFIRM:
            subject, next_url = sociallogin.account.uid, state.get("next", "")
            raise ImmediateHttpResponse(confirm(request, provider.row, subject, next_url))
        if state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(refused_page(request))
        try:
            sociallogin.user = admit(provider=provider.row, person=provider.person(sociallogin))
        except SignInRefused as refusal:
            raise ImmediateHttpResponse(refused_page(request, refusal)) from None

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """What failed between us and the provider is logged by its kind and told in words."""
        cancelled = error == AuthError.CANCELLED
        if not cancelled:
            cause = type(exception).__name__ if exception else "no usable answer"
            logger.warning("sign-in through %s failed: %s", provider.row.slug, cause)
        raise ImmediateHttpResponse(refused_page(request, cancelled=cancelled, error=exception))


def app_of(row: SignInProvider) -> SocialApp:
    """The row in the form in which allauth's protocols ask for it; ``app.row`` leads back."""
    if row.kind == SignInProvider.Kind.OPENID:
        parameters = oidc_parameters(row)
        client_id, secret = parameters.client_id, row.secret
        settings = {"server_url": parameters.issuer}
    else:
        client_id, secret, settings = row.slug, "", saml_settings(row)
    app = SocialApp(
        provider=KINDS[row.kind], provider_id=row.slug, name=row.name, client_id=client_id, secret=secret,
        settings=settings,
    )  # fmt: skip
    app.row = row
    return app
