"""The page that says in words why a sign-in through a provider came to nothing."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as SamlRefused

from core.errors import DomainError
from identity.federation.oidc.discovery import ProviderUnavailable

logger = logging.getLogger(__name__)
UNUSABLE = (OAuth2Error, OneLogin_Saml2_Error, SamlRefused, PermissionDenied, SyntaxError, ValueError)


def refused_page(
    request: HttpRequest,
    refusal: DomainError | None = None,
    *,
    cancelled: bool = False,
    error: Exception | None = None,
) -> HttpResponse:
    """403 with the refusal's words, 502 when the provider is away; else 401, and no more is told."""
    if refusal is not None:
        status, words, remedy = HTTPStatus.FORBIDDEN, refusal.message, refusal.remedy
    elif cancelled:
        status, words = HTTPStatus.OK, _("You stopped the sign-in at the provider.")
        remedy = _("Nothing was changed. You can begin again.")
    elif isinstance(error, ProviderUnavailable):
        status, words = HTTPStatus.BAD_GATEWAY, _("The provider can't be reached, or says nothing usable.")
        remedy = _("Try again in a few minutes. If it fails again, tell an administrator.")
    else:
        status, words = HTTPStatus.UNAUTHORIZED, _("The provider's answer can't be used for signing in.")
        remedy = _(
            "Begin again: an answer serves once, for a few minutes. If it fails again, tell an administrator."
        )
    code = refusal.reasons[0].code if refusal else ""
    context = {"words": words, "remedy": remedy, "code": code, "cancelled": cancelled}
    return render(request, "identity/providers_refused.html", context, status=status)


def refuses_in_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, whose unusable answers end on that page. What was wrong is in the log, without any token."""

    @wraps(view)
    def told(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ImmediateHttpResponse as answer:
            return answer.response
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except UNUSABLE as error:
            logger.warning("a sign-in through a provider failed: %s", type(error).__name__)
            return refused_page(request, error=error)

    return told
