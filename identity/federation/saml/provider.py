"""allauth's SAML with what it and python3-saml leave open: audience, freshness, each assertion used once."""

from datetime import UTC, datetime, timedelta

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpResponseRedirect
from lxml import etree
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as SamlRefused
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from identity.federation.freshness import CONFIRM, earliest
from identity.federation.oidc.discovery import ProviderUnavailable
from identity.federation.person import Person, person_from, usable_subject
from identity.federation.saml.settings import auth_of, saml_settings, with_allowed_host
from identity.federation.services import refresh_unless_asked_lately, spend_assertion

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
LONGEST_VALIDITY = timedelta(hours=1)


class SamlProvider(SAMLProvider):
    """One of our rows of kind SAML; ``app.row`` is the row."""

    package = "identity.federation.saml"

    @property
    def row(self):
        return self.app.row

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        """To the provider, with a request of our own; a confirmation has the person sign in anew there."""
        self._know_where()
        auth = auth_of(with_allowed_host(request), self)
        # An empty one would be signed and left out by many who check.
        address = auth.login(return_to="atrium", force_authn=process == CONFIRM)
        name = auth.get_last_request_id()
        self.stash_redirect_state(
            request, process, next_url, data, state_id=name, since=earliest(process), **kwargs
        )
        return HttpResponseRedirect(address)

    def _know_where(self) -> None:
        """Raises ProviderUnavailable when the provider never said where it signs people in."""
        if not self.app.settings["idp"]["sso_url"]:
            refresh_unless_asked_lately(provider=self.row)
            self.row.refresh_from_db()
            self.app.settings = saml_settings(self.row)
        if not self.app.settings["idp"]["sso_url"]:
            raise ProviderUnavailable("nothing usable was published")

    def sociallogin_from_response(self, request, response):
        """The sign-in of a response python3-saml found valid. Raises SamlRefused if it was used before."""
        _require_audience(response)
        _require_unspent(response)
        login = super().sociallogin_from_response(request, response)
        login.proved_at = _proved_at(response)
        return login

    def extract_uid(self, data) -> str:
        """The NameID, which the assertion's subject confirmation is about."""
        return usable_subject(data.get_nameid())

    def extract_extra_data(self, data) -> dict[str, list[str]]:
        """Attributes by their names, which mostly are numbers, and by the friendly names beside these."""
        return {**data.get_friendlyname_attributes(), **data.get_attributes()}

    def extract_common_fields(self, data) -> dict[str, str]:
        return {}

    def person(self, sociallogin) -> Person:
        """Whom this sign-in is about; without the attribute for user names that is the NameID itself."""
        subject = sociallogin.account.uid
        told = person_from(self.row, subject, sociallogin.account.extra_data)
        return (
            told
            if told.nick
            else person_from(self.row, subject, {**sociallogin.account.extra_data, "uid": subject})
        )


def _document(response):
    return etree.fromstring(response.get_last_response_xml(pretty_print_if_possible=False))


def _proved_at(response) -> int | None:
    """When the person proved who they are, as the one signed assertion says: the earliest AuthnInstant."""
    statements = _document(response).findall(f"{ASSERTION}Assertion/{ASSERTION}AuthnStatement")
    told = [each.get("AuthnInstant") for each in statements]
    return min(map(OneLogin_Saml2_Utils.parse_SAML_to_time, told)) if told and all(told) else None


def _require_audience(response) -> None:
    """python3-saml compares audiences only if there are any; an assertion for nobody is refused here."""
    audiences = [each.text for each in _document(response).iter(f"{ASSERTION}Audience")]
    if response.get_settings().get_sp_data()["entityId"] not in audiences:
        raise SamlRefused("The assertion names no audience.", SamlRefused.WRONG_AUDIENCE)


def _require_unspent(response) -> None:
    """The record is kept until the assertion ends by itself; one that would live too long is not taken."""
    now = datetime.now(UTC)
    ends = response.get_last_assertion_not_on_or_after()
    expires_at = datetime.fromtimestamp(ends, UTC) if ends else None
    if expires_at is None or expires_at > now + LONGEST_VALIDITY:
        raise SamlRefused("The assertion has no near end.", SamlRefused.ASSERTION_EXPIRED)
    issuer = response.get_settings().get_idp_data()["entityId"]
    margin = timedelta(minutes=10)
    if not spend_assertion(
        issuer=issuer, assertion_id=response.get_last_assertion_id() or "", expires_at=expires_at + margin
    ):
        raise SamlRefused("The assertion was used before.", SamlRefused.WRONG_NUMBER_OF_ASSERTIONS)
