"""allauth's SAML with what it and python3-saml leave open: an audience, and each assertion used once."""

from datetime import UTC, datetime, timedelta

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from lxml import etree
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as SamlRefused

from identity.federation.person import Person, person_from, usable_subject
from identity.federation.saml.settings import with_allowed_host
from identity.federation.services import spend_assertion

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
LONGEST_VALIDITY = timedelta(hours=1)


class SamlProvider(SAMLProvider):
    """One of our rows of kind SAML; ``app.row`` is the row."""

    package = "identity.federation.saml"

    @property
    def row(self):
        return self.app.row

    def redirect(self, request, *args, **kwargs):
        """To the provider, with a request of our own."""
        return super().redirect(with_allowed_host(request), *args, **kwargs)

    def sociallogin_from_response(self, request, response):
        """The sign-in of a response python3-saml found valid. Raises SamlRefused if it was used before."""
        _require_audience(response)
        _require_unspent(response)
        return super().sociallogin_from_response(request, response)

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


def _require_audience(response) -> None:
    """python3-saml compares audiences only if there are any; an assertion for nobody is refused here."""
    document = response.get_last_response_xml(pretty_print_if_possible=False)
    audiences = [each.text for each in etree.fromstring(document).iter(f"{ASSERTION}Audience")]
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
