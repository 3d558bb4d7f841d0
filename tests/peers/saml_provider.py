"""A SAML identity provider made of pysaml2 and xmlsec1; it answers requests in the test's own process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_REDIRECT, class_name
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server as Pysaml2Server
from saml2.sigver import pre_signature_part, signed_instance_factory, verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from tests.peers.certificates import issue
from tests.peers.server import program

ENTITY_ID = "https://idp.example/metadata"
SSO_URL = "https://idp.example/sso"
SLO_URL = "https://idp.example/slo"
PASSWORD_AUTHENTICATION = {
    "class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    "authn_auth": ENTITY_ID,
}

KEY = """<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"""
DESCRIPTION = """<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}"{more}>
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{sso_url}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""


class SamlProvider:
    """``serve`` makes it know one service provider by its metadata; then it answers that one's requests."""

    def __init__(self, directory: Path, entity_id: str = ENTITY_ID) -> None:
        self.entity_id = entity_id
        self._directory = directory
        self._pair = issue(directory, "idp.example")
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
                    "endpoints": {
                        "single_sign_on_service": [(SSO_URL, BINDING_HTTP_REDIRECT)],
                        "single_logout_service": [(SLO_URL, BINDING_HTTP_REDIRECT)],
                    },
                    "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
                }
            },
            "metadata": {"local": [str(path)]},
        }
        self._server = Pysaml2Server(config=IdPConfig().load(configuration))

    def request_in(self, redirect: str) -> Any:
        """What a redirect of the portal asks for."""
        request = parse_qs(urlsplit(redirect).query)["SAMLRequest"][0]
        return self._server.parse_authn_request(request, BINDING_HTTP_REDIRECT).message

    def verified(self, redirect: str) -> bool:
        """Whether the redirect is signed by the key that the metadata it was given name."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(redirect).query).items()}
        known = self._server.metadata.certs(next(iter(self._server.metadata.keys())), "spsso", "signing")
        return "Signature" in told and any(
            verify_redirect_signature(told, self._server.sec.sec_backend, text) for _name, text in known
        )

    def logout_request_in(self, redirect: str) -> Any:
        """What a redirect of the portal asks for, as pysaml2 reads it."""
        request = _only(redirect, "SAMLRequest")
        return self._server.parse_logout_request(request, BINDING_HTTP_REDIRECT).message

    def answer_logout(self, redirect: str, forge: Callable[[Any], None] | None = None) -> str:
        """The address that brings its answer to the request in this redirect back to the portal."""
        made = self._server.create_logout_response(
            self.logout_request_in(redirect), [BINDING_HTTP_REDIRECT], sign=False
        )
        return self._address(made, _only(redirect, "RelayState"), forge, response=True)

    def ask_logout(
        self, to: str, subject: str, *sessions: str, forge: Callable[[Any], None] | None = None
    ) -> str:
        """The address by which it asks the service at ``to`` to end these sessions of somebody."""
        name = NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject)
        _id, made = self._server.create_logout_request(
            to, self.entity_id, name_id=name, session_indexes=list(sessions), sign=False
        )
        return self._address(made, "of-the-provider", forge, response=False)

    def _address(self, message: Any, relay_state: str, forge: Any, *, response: bool) -> str:
        if forge:
            forge(message)
        to = message.destination or ""
        made = self._server.apply_binding(
            BINDING_HTTP_REDIRECT, str(message), to, relay_state, response, True, SIG_RSA_SHA256
        )
        return dict(made["headers"])["Location"]

    def signed_metadata(self, **attributes: str) -> bytes:
        """Its description, signed as a whole by its own key."""
        described = entity_descriptor(self._server.config)
        described.id = "described"
        for name, value in attributes.items():
            setattr(described, name, value)
        described.signature = pre_signature_part(
            described.id, self._server.sec.my_cert, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
        )
        parts = [(class_name(described), described.id)]
        return str(signed_instance_factory(described, self._server.sec, parts)).encode()

    def own_metadata(self) -> bytes:
        """What pysaml2 itself publishes of it."""
        return str(entity_descriptor(self._server.config)).encode()

    def metadata(self, *certificates: str, **attributes: str) -> bytes:
        """A description of it with these certificates (PEM) instead of its own."""
        bare = ["".join(each.strip().splitlines()[1:-1]) for each in certificates or (self.certificate,)]
        keys = "".join(KEY.format(certificate=each) for each in bare)
        more = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return DESCRIPTION.format(entity_id=self.entity_id, keys=keys, sso_url=SSO_URL, more=more).encode()

    def answer(
        self,
        redirect: str,
        subject: str,
        attributes: dict[str, Any],
        *,
        sign: str = "assertion",
        forge: Callable[[Any], None] | None = None,
    ) -> str:
        """The XML that answers the request in this redirect.

        ``forge`` may change pysaml2's response before it is signed; ``sign``: assertion, response or nothing.
        """
        asked = self.request_in(redirect)
        made = self._server.create_authn_response(
            identity=attributes,
            in_response_to=asked.id,
            destination=asked.assertion_consumer_service_url,
            sp_entity_id=asked.issuer.text,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=subject),
            authn=PASSWORD_AUTHENTICATION,
            sign_assertion=False,
            sign_response=False,
        )
        if forge:
            forge(made)
        return str(made) if sign == "nothing" else self._signed(made, sign)

    def _signed(self, response: Any, what: str) -> str:
        part = response if what == "response" else response.assertion
        part.signature = pre_signature_part(
            part.id, self._server.sec.my_cert, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
        )
        return str(signed_instance_factory(response, self._server.sec, [(class_name(part), part.id)]))


def _only(redirect: str, name: str) -> str:
    return parse_qs(urlsplit(redirect).query)[name][0]


__all__ = ["ENTITY_ID", "SLO_URL", "SSO_URL", "SamlProvider"]
