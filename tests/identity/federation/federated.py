"""A world whose people sign in elsewhere: providers by their rows, and what must not have happened."""

from typing import Any

from django.test import Client

from events.models import Event
from identity.federation.models import ExternalIdentity, SignInProvider
from identity.federation.services import create_sign_in_provider
from tenants.models import ExternalRole, User
from tests.peers import directory, saml_provider
from tests.peers.openid_provider import CLIENT

SECRET = "a-secret-nobody-may-read"


class Federated:
    """Outside, ``administrators`` are enterprise administrators and ``everybody`` is a viewer."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.acme = world.acme
        for name, role in (("administrators", "ENTERPRISE_ADMIN"), ("everybody", "ENTERPRISE_VIEWER")):
            ExternalRole.objects.create(name=name, role=world.roles[role])

    def provider(self, kind: str, name: str, parameters: dict[str, Any], **fields: Any) -> SignInProvider:
        """A provider made by the service, switched on unless told otherwise."""
        told = {"is_enabled": True, "secret": SECRET} | fields
        return create_sign_in_provider(
            actor=self.world.cloud_admin, kind=kind, name=name, parameters=parameters, **told
        )

    def ldap(self, url: str, changes: dict[str, Any] | None = None, **fields: Any) -> SignInProvider:
        """The run's directory, by one of its addresses."""
        parameters = {
            "url": url,
            "bind_dn": directory.READER,
            "base_dn": f"ou=people,{directory.BASE}",
            "group_base_dn": f"ou=groups,{directory.BASE}",
        } | (changes or {})
        return self.provider(
            "LDAP", fields.pop("name", "Directory"), parameters, secret=directory.READER_PASSWORD, **fields
        )

    def openid(self, issuer: str, changes: dict[str, Any] | None = None, **fields: Any) -> SignInProvider:
        """An OpenID provider whose people belong to the enterprise it names."""
        parameters = {"issuer": issuer, "client_id": CLIENT} | (changes or {})
        return self.provider("OPENID", fields.pop("name", "Corporate"), parameters, **fields)

    def saml(self, certificate: str, changes: dict[str, Any] | None = None, **fields: Any) -> SignInProvider:
        """A SAML provider with this certificate."""
        parameters = {
            "entity_id": saml_provider.ENTITY_ID,
            "sso_url": saml_provider.SSO_URL,
            "certificate": certificate,
        } | (changes or {})
        return self.provider("SAML", fields.pop("name", "University"), parameters, **fields)


def signed_in_as(browser: Client) -> str:
    """The nick of who is signed in with this browser; empty when nobody is."""
    pk = browser.session.get("_auth_user_id")
    return User.objects.get(pk=pk).nick if pk else ""


def nobody_came_of_it(browser: Client, *nicks: str) -> bool:
    """Whether nobody is signed in, and no user and no identity was made."""
    made = User.objects.filter(nick__in=nicks).exists() or ExternalIdentity.objects.exists()
    return not signed_in_as(browser) and not made


def refusals() -> list[str]:
    """The reasons of all refused sign-ins, in order."""
    refused = Event.objects.filter(kind="sign_in.refused").order_by("id")
    return [event.data["reason"] for event in refused]
