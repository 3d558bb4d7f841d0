"""The addresses of signing in and out through SAML."""

import logging

from allauth.core.internal.httpkit import deserialize_request
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.providers.saml import views as kit
from allauth.socialaccount.providers.saml.utils import build_saml_config, get_app_or_404
from allauth.socialaccount.sessions import LoginSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from identity.federation.refusing import refused_page, refuses_in_words
from identity.federation.saml.logout import remembered, take_answer, take_request
from identity.federation.saml.settings import auth_of, with_allowed_host
from identity.federation.services import refresh_unless_asked_lately
from identity.services.sessions import end_vouched_sessions

logger = logging.getLogger(__name__)
LONGEST_RESPONSE = 262_144


@login_not_required
@refuses_in_words
def login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """POST: to the provider. GET: ask whether that is wanted."""
    return kit.login(request, organization_slug=organization_slug)


@csrf_exempt
@login_not_required
@require_POST
def acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Take the provider's answer, posted from its own site; it is looked at where our cookie is sent."""
    get_app_or_404(request, organization_slug)
    if not 0 < len(request.POST.get("SAMLResponse", "")) <= LONGEST_RESPONSE:
        return refused_page(request)
    return kit.acs(with_allowed_host(request), organization_slug=organization_slug)


@login_not_required
@refuses_in_words
def finish_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Verify the answer and sign in. allauth's own view knows one certificate only."""
    provider = get_app_or_404(request, organization_slug).get_provider(with_allowed_host(request))
    held = LoginSession(request, "saml_acs_session", "saml-acs-session")
    posted = held.store.get("request")
    held.delete()
    if not posted:
        return refused_page(request)
    auth = auth_of(deserialize_request(posted, HttpRequest()), provider)
    auth.process_response()
    asked = auth.get_last_response_in_response_to()
    if auth.get_errors() or not auth.is_authenticated() or not asked:
        logger.warning("an answer of %s was refused: %s", organization_slug, auth.get_last_error_reason())
        if provider.row.parameters.get("metadata_url"):
            refresh_unless_asked_lately(provider=provider.row)
        return refused_page(request)
    login = provider.sociallogin_from_response(request, auth)
    login.state = provider.unstash_redirect_state(request, asked) | {
        "farewell": remembered(provider.row, auth)
    }
    return complete_social_login(request, login)


@login_not_required
def metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the provider has to know of us, as SAML metadata."""
    app = get_app_or_404(request, organization_slug)
    told = build_saml_config(request, app.settings, organization_slug)
    if not told["security"]["signMetadata"]:
        told["sp"].pop("singleLogoutService")
    text = OneLogin_Saml2_Settings(settings=told, sp_validation_only=True).get_sp_metadata()
    return HttpResponse(text, content_type="application/samlmetadata+xml")


@login_not_required
@require_GET
@refuses_in_words
def single_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """The provider's answer to a sign-out that began here, or its request to end sessions, in a browser."""
    provider = get_app_or_404(request, organization_slug).get_provider(request)
    if not provider.app.settings["advanced"]["logout_request_signed"]:
        raise Http404
    if "SAMLRequest" in request.GET:
        sessions, answer = take_request(request, provider)
        own = sessions.filter(session_key=request.session.session_key or "").exists()
        end_vouched_sessions(sessions=sessions)
        if own:
            request.session.flush()
        return HttpResponseRedirect(answer)
    take_answer(request, provider)
    messages.success(
        request, _("You are signed out at %(provider)s as well.") % {"provider": provider.row.name}
    )
    return HttpResponseRedirect(reverse("account_login"))
