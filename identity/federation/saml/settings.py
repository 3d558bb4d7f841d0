"""A provider's row as settings for allauth and python3-saml."""

from typing import Any

from django.http import HttpRequest

from identity.federation.models import SignInProvider
from identity.federation.parameters import SamlParameters, parameters_of


def parameters(provider: SignInProvider) -> SamlParameters:
    """The provider's parameters, checked."""
    return parameters_of(provider.kind, provider.parameters)


def with_allowed_host(request: HttpRequest) -> HttpRequest:
    """The request with the host that Django found and allowed put where allauth's SAML looks for it."""
    request.META["HTTP_HOST"] = request.get_host()
    return request


def saml_settings(provider: SignInProvider) -> dict[str, Any]:
    """Strict, with signed assertions, answers to our own requests only, and no SHA-1."""
    told = parameters(provider)
    return {
        "idp": {"entity_id": told.entity_id, "sso_url": told.sso_url, "x509cert": told.certificate},
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
