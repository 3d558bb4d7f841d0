"""A SAML identity provider made of pysaml2 and xmlsec1; it answers requests in the test's own process."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server as Pysaml2Server

from tests.peers.certificates import self_signed
from tests.peers.server import program

ENTITY_ID = "https://idp.example/metadata"
SSO_URL = "https://idp.example/sso"
PASSWORD_AUTHENTICATION = {
    "class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    "authn_auth": ENTITY_ID,
}


class SamlProvider:
    """``serve`` makes it know one service provider by its metadata; then it answers that one's requests."""

    def __init__(self, directory: Path, entity_id: str = ENTITY_ID) -> None:
        self.entity_id = entity_id
        self._directory = directory
        self._pair = self_signed(directory, "idp.example")
        self._server: Pysaml2Server | None = None

    @property
    def certificate(self) -> str:
        """What service providers are given to verify its signatures."""
        return self._pair.certificate.read_text()

    def serve(self, metadata: bytes) -> None:
        """Trust the service provider these metadata describe."""
        path = self._directory / "service-provider.xml"
        path.write_bytes(metadata)
        configuration = {
            "entityid": self.entity_id,
            "xmlsec_binary": program("xmlsec1"),
            "key_file": str(self._pair.key),
            "cert_file": str(self._pair.certificate),
            "service": {
                "idp": {
                    "endpoints": {"single_sign_on_service": [(SSO_URL, BINDING_HTTP_REDIRECT)]},
                    "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
                }
            },
            "metadata": {"local": [str(path)]},
        }
        self._server = Pysaml2Server(config=IdPConfig().load(configuration))

    def answer(self, redirect: str, subject: str, attributes: dict[str, Any], **changes: Any) -> str:
        """The XML that answers the request in this redirect; ``changes`` go to pysaml2 as they are."""
        request = parse_qs(urlsplit(redirect).query)["SAMLRequest"][0]
        asked = self._server.parse_authn_request(request, BINDING_HTTP_REDIRECT).message
        told = {
            "in_response_to": asked.id,
            "destination": asked.assertion_consumer_service_url,
            "sp_entity_id": asked.issuer.text,
            "sign_assertion": True,
            "sign_response": False,
        } | changes
        response = self._server.create_authn_response(
            identity=attributes,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject),
            authn=PASSWORD_AUTHENTICATION,
            **told,
        )
        return str(response)


__all__ = ["BINDING_HTTP_POST", "ENTITY_ID", "SSO_URL", "SamlProvider"]
