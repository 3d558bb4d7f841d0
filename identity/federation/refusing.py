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

from core.errors import PermissionRefused, Reason
from identity.federation.oidc.discovery import ProviderUnavailable

logger = logging.getLogger(__name__)
UNUSABLE = (OAuth2Error, OneLogin_Saml2_Error, SamlRefused, PermissionDenied, SyntaxError, ValueError)


class TooLongAgo(PermissionRefused):
    """The provider let the person in by an old session where they were to prove anew who they are, or says
    nothing of when they did (``said`` False), which proves as little."""

    def __init__(self, provider_name: str, *, said: bool):
        if said:
            message = _("%(provider)s did not ask you again who you are.")
            remedy = _("Sign out there and begin again. If it fails again, tell an administrator.")
        else:
            message = _("%(provider)s does not say when it asked you who you are.")
            remedy = _(
                "Use another way, such as a second factor you have here. An administrator can have the "
                "provider say it, or allow codes by e-mail instead."
            )
        told = Reason("NOT_ASKED_AGAIN", message % {"provider": provider_name}, remedy=remedy)
        super().__init__(told.message, code=told.code, remedy=told.remedy, reasons=(told,))


class SomebodyElse(PermissionRefused):
    """Who proved who they are is not who is signed in here."""

    def __init__(self, provider_name: str):
        message = _("You signed in to %(provider)s as somebody else than here.")
        remedy = _("Begin again and sign in there with the account you use here.")
        told = Reason("SOMEBODY_ELSE", message % {"provider": provider_name}, remedy=remedy)
        super().__init__(told.message, code=told.code, remedy=told.remedy, reasons=(told,))


def refused_page(
    request: HttpRequest,
    refusal: PermissionRefused | None = None,
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
    context["signed_in"] = request.user.is_authenticated
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
