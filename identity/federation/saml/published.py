"""Reading what a SAML provider publishes about itself: its address for sign-ins and its signing certificates.

Of several certificates each may sign, so a provider announces the next one before it uses it. The document
is believed because it came over TLS from where an administrator said, or because it is signed as they said.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from identity.federation.parameters import web_address

METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
MOST_CERTIFICATES = 10
WEAK = {*OneLogin_Saml2_Constants.DEPRECATED_ALGORITHMS, OneLogin_Saml2_Constants.SHA1}


class MetadataRefused(Exception):
    """The document can't be used; the text says why, for administrators."""


@dataclass(frozen=True)
class Published:
    """``certificates`` are base64 of DER. ``valid_until`` is when the document ends by itself, if ever.
    ``slo_url`` is empty where people are not signed out by redirection."""

    sso_url: str
    slo_url: str
    certificates: tuple[str, ...]
    valid_until: datetime | None


def read_metadata(document: bytes, entity_id: str, signed_by: str = "") -> Published:
    """What the document says of this provider. Raises MetadataRefused.

    ``signed_by``: a certificate whose key must have signed all of it; empty: a signature is not looked at.
    """
    root = _root(document)
    if signed_by:
        _require_signature(document, root, signed_by)
    entity = _entity(root, entity_id)
    roles = [
        each
        for each in entity.findall(f"{METADATA}IDPSSODescriptor")
        if PROTOCOL in each.get("protocolSupportEnumeration", "").split()
    ]
    if not roles:
        raise MetadataRefused(f"{entity_id} is described as no identity provider that speaks SAML 2.0")
    certificates = tuple(dict.fromkeys(_certificates(roles[0])))
    if not 0 < len(certificates) <= MOST_CERTIFICATES:
        raise MetadataRefused(
            f"it names {len(certificates)} signing certificates; 1 to {MOST_CERTIFICATES} serve"
        )
    sso_url, slo_url = (_address(roles[0], kind) for kind in ("SingleSignOnService", "SingleLogoutService"))
    if not sso_url:
        raise MetadataRefused("it names no address for sign-ins by redirection")
    return Published(sso_url, slo_url, certificates, _end_of(entity, roles[0]))


def _root(document: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MetadataRefused(f"it is no XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise MetadataRefused("it holds a document type, which metadata do not need")
    return root


def _entity(root: etree._Element, entity_id: str) -> etree._Element:
    found = [each for each in root.iter(f"{METADATA}EntityDescriptor") if each.get("entityID") == entity_id]
    if len(found) != 1:
        raise MetadataRefused(f"it describes {entity_id} {len(found)} times")
    return found[0]


def _certificates(role: etree._Element) -> Iterator[str]:
    for key in role.findall(f"{METADATA}KeyDescriptor"):
        if key.get("use", "signing") != "signing":
            continue
        for told in key.iter(f"{SIGNATURE}X509Certificate"):
            text = "".join((told.text or "").split())
            try:
                x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
            except ValueError:
                raise MetadataRefused("a signing certificate can't be read") from None
            yield text


def _address(role: etree._Element, kind: str) -> str:
    """Where browsers are led to for a service of this kind; empty when not by redirection."""
    for service in role.findall(f"{METADATA}{kind}"):
        if service.get("Binding") == REDIRECT:
            try:
                return web_address(service.get("Location", ""))
            except ValueError as error:
                raise MetadataRefused(f"the address of its {kind} {error}") from None
    return ""


def _require_signature(document: bytes, root: etree._Element, certificate: str) -> None:
    """One signature, of the whole document, without SHA-1, by the key of this certificate."""
    signatures = root.findall(f"{SIGNATURE}Signature")
    references = [each for found in signatures for each in found.iter(f"{SIGNATURE}Reference")]
    if len(signatures) != 1 or len(references) != 1:
        raise MetadataRefused("it is not signed as a whole by one signature")
    name = root.get("ID", "")
    same = [each for each in root.iter() if name and each.get("ID") == name]
    if references[0].get("URI") not in ("", f"#{name}") or len(same) > 1:
        raise MetadataRefused("its signature is not about the whole of it")
    used = [each.get("Algorithm") for each in signatures[0].iter() if each.get("Algorithm")]
    if set(used) & WEAK:
        raise MetadataRefused("its signature is by SHA-1")
    trusted = OneLogin_Saml2_Utils.format_cert(certificate)
    if not OneLogin_Saml2_Utils.validate_metadata_sign(document, cert=trusted):
        raise MetadataRefused("its signature is not by the certificate that was given for it")


def _end_of(entity: etree._Element, role: etree._Element) -> datetime | None:
    """The nearest ``validUntil`` of the description and of what it stands in."""
    told = [each.get("validUntil") for each in (role, entity, *entity.iterancestors())]
    try:
        ends = [datetime.fromisoformat(each) for each in told if each]
    except ValueError:
        raise MetadataRefused("its end can't be read") from None
    return min((each if each.tzinfo else each.replace(tzinfo=UTC) for each in ends), default=None)
