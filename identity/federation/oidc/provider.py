"""allauth's OpenID Connect with what it leaves out: nonce, PKCE always, verified signatures, freshness."""

from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.utils.crypto import get_random_string

from identity.federation.freshness import CONFIRM, earliest
from identity.federation.oidc.discovery import configuration, parameters
from identity.federation.oidc.farewell import remembered
from identity.federation.oidc.tokens import TokenRefused, verified_id_token
from identity.federation.parameters import OidcParameters
from identity.federation.person import Person, person_from, usable_subject

NONCE_LETTERS = 32


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """Exchanges the code and reads the answer; ``state`` is that of the sign-in under way."""

    state: dict[str, Any] = {}

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's metadata, remembered. Raises ProviderUnavailable."""
        return configuration(self.get_provider().row)

    def complete_login(self, request, app, token, **kwargs):
        """The sign-in as the ID token and, if asked for, the user info tell it. Raises OAuth2Error."""
        provider = self.get_provider()
        try:
            token_text = str(kwargs["response"].get("id_token", ""))
            vouched = verified_id_token(provider.row, token_text, nonce=self.state.get("nonce", ""))
        except TokenRefused as error:
            raise OAuth2Error(f"the ID token is refused: {error}") from error
        claims = vouched
        if parameters(provider.row).userinfo and "userinfo_endpoint" in self.openid_config:
            told = self._fetch_user_info(token.token)
            if not isinstance(told, dict) or told.get("sub") != vouched["sub"]:
                raise OAuth2Error("the user info is about somebody else")
            claims = {**told, **vouched}
        login = provider.sociallogin_from_response(request, claims)
        login.proved_at = vouched.get("auth_time")
        self.state["farewell"] = remembered(provider.row, vouched, token_text)
        return login


class OidcProvider(OpenIDConnectProvider):
    """One of our rows of kind OPENID; ``app.row`` is the row."""

    oauth2_adapter_class = OidcAdapter
    package = "identity.federation.oidc"

    @property
    def row(self):
        return self.app.row

    def get_pkce_params(self) -> dict[str, str]:
        """Always PKCE, whatever the provider says it supports."""
        self.app.settings["oauth_pkce_enabled"] = True
        return super().get_pkce_params()

    def get_auth_params_from_request(self, request, action) -> dict[str, str]:
        """Nobody adds parameters through the address of our sign-in page."""
        return {}

    def get_scope_from_request(self, request) -> list[str]:
        return self.get_scope()

    def get_scope(self) -> list[str]:
        return list(parameters(self.row).scopes)

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        """To the provider, with a nonce that the ID token has to repeat; to confirm one signs in anew."""
        nonce, told = get_random_string(NONCE_LETTERS), parameters(self.row)
        kwargs["auth_params"] = {"nonce": nonce} | _wanted(told, process)
        since = earliest(process, told.max_age_seconds)
        return super().redirect(request, process, next_url, data, nonce=nonce, since=since, **kwargs)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return usable_subject(data["sub"])

    def person(self, sociallogin) -> Person:
        """Whom this sign-in is about."""
        claims = sociallogin.account.extra_data
        return person_from(self.row, sociallogin.account.uid, claims)


def _wanted(told: OidcParameters, process: str) -> dict[str, str]:
    """How the person is to prove who they are: by these classes, and not longer ago than this."""
    wanted = {"acr_values": " ".join(told.acr_values)} if told.acr_values else {}
    if process == CONFIRM:
        return wanted | {"prompt": "login", "max_age": "0"}
    return wanted if told.max_age_seconds is None else wanted | {"max_age": str(told.max_age_seconds)}
