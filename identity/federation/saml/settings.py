"""A provider's row as settings for allauth and python3-saml."""

from typing import Any

from allauth.socialaccount.providers.saml.utils import build_saml_config, prepare_django_request
from django.http import HttpRequest
from onelogin.saml2.auth import OneLogin_Saml2_Auth

from identity.federation.models import SignInProvider
from identity.federation.parameters import SamlParameters, parameters_of


def parameters(provider: SignInProvider) -> SamlParameters:
    """The provider's parameters, checked."""
    return parameters_of(provider.kind, provider.parameters)


def described(provider: SignInProvider) -> tuple[str, list[str]]:
    """Where the provider signs people in and by what its assertions may be signed, typed in or published.

    As long as nothing usable was published: nowhere, and by nothing.
    """
    told = parameters(provider)
    if not told.metadata_url:
        return told.sso_url, [each for each in (told.certificate, told.next_certificate) if each]
    known = getattr(provider, "published", None)
    return (known.sso_url, known.certificates) if known and known.is_usable(told.metadata_url) else ("", [""])


def auth_of(request: HttpRequest, provider) -> OneLogin_Saml2_Auth:
    """python3-saml for this request and allauth provider, with every certificate that may sign."""
    told = provider.app.settings
    configuration = build_saml_config(request, told, provider.app.client_id)
    configuration["idp"]["x509certMulti"] = {"signing": told["certificates"]}
    return OneLogin_Saml2_Auth(prepare_django_request(request), configuration)


def with_allowed_host(request: HttpRequest) -> HttpRequest:
    """The request with the host that Django found and allowed put where allauth's SAML looks for it."""
    request.META["HTTP_HOST"] = request.get_host()
    return request


def saml_settings(provider: SignInProvider) -> dict[str, Any]:
    """Strict, with signed assertions, answers to our own requests only, and no SHA-1."""
    told = parameters(provider)
    sso_url, certificates = described(provider)
    return {
        "idp": {"entity_id": told.entity_id, "sso_url": sso_url, "x509cert": certificates[0]},
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
        },
    }
