"""A provider's row as settings for allauth and python3-saml."""

import re
from typing import Any, NamedTuple

from allauth.socialaccount.providers.saml.utils import build_saml_config, prepare_django_request
from django.http import HttpRequest
from onelogin.saml2.auth import OneLogin_Saml2_Auth

from identity.federation.models import SignInProvider
from identity.federation.parameters import SamlParameters, parameters_of

SMALL_ESCAPE = re.compile(r"%[0-9a-f]?[a-f]")


def parameters(provider: SignInProvider) -> SamlParameters:
    """The provider's parameters, checked."""
    return parameters_of(provider.kind, provider.parameters)


class Described(NamedTuple):
    """What is known of a provider; empty addresses are not known, or not offered."""

    sso_url: str
    slo_url: str
    certificates: list[str]


def described(provider: SignInProvider) -> Described:
    """Where the provider signs people in and out, and by what it may sign, typed in or published.

    As long as nothing usable was published: nowhere, and by nothing.
    """
    told = parameters(provider)
    if not told.metadata_url:
        typed = [each for each in (told.certificate, told.next_certificate) if each]
        return Described(told.sso_url, told.slo_url, typed)
    known = getattr(provider, "published", None)
    if known and known.is_usable(told.metadata_url):
        return Described(known.sso_url, known.slo_url, known.certificates)
    return Described("", "", [""])


def auth_of(request: HttpRequest, provider, *, messages_signed: bool = False) -> OneLogin_Saml2_Auth:
    """python3-saml for this request and allauth provider, with every certificate that may sign.

    ``messages_signed``: a message without a signature of its own is refused, whatever stands in it.
    """
    told = provider.app.settings
    configuration = build_saml_config(request, told, provider.app.client_id)
    configuration["idp"]["x509certMulti"] = {"signing": told["certificates"]}
    configuration["security"]["wantMessagesSigned"] |= messages_signed
    asked = prepare_django_request(request)
    asked["lowercase_urlencoding"] = bool(SMALL_ESCAPE.search(request.META.get("QUERY_STRING", "")))
    return OneLogin_Saml2_Auth(asked, configuration)


def with_allowed_host(request: HttpRequest) -> HttpRequest:
    """The request with the host that Django found and allowed put where allauth's SAML looks for it."""
    request.META["HTTP_HOST"] = request.get_host()
    return request


def saml_settings(provider: SignInProvider) -> dict[str, Any]:
    """Strict, with signed assertions, answers to our own requests only, and no SHA-1."""
    told = parameters(provider)
    sso_url, slo_url, certificates = described(provider)
    signs = bool(told.sign_requests and provider.signing_certificate)
    return {
        "idp": {
            "entity_id": told.entity_id,
            "sso_url": sso_url,
            "slo_url": slo_url,
            "x509cert": certificates[0],
        },
        "certificates": certificates,
        "sp": {"entity_id": told.own_entity_id},
        "advanced": {
            "strict": True,
            "want_assertion_signed": True,
            "want_message_signed": told.response_signed,
            "want_name_id": True,
            "want_attribute_statement": False,
            "reject_deprecated_algorithm": True,
            "reject_idp_initiated_sso": True,
            "allow_single_label_domains": True,
            "authn_request_signed": signs,
            "logout_request_signed": signs,
            "logout_response_signed": signs,
            "metadata_signed": signs,
            "x509cert": provider.signing_certificate if signs else None,
            "private_key": provider.signing_key if signs else None,
        },
    }
