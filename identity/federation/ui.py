"""Finding the provider of a mail domain from the sign-in page."""

from allauth.account.adapter import get_adapter as account_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from identity.federation.adapter import KINDS, app_of
from identity.federation.choosing import provider_of_domain
from identity.federation.refusing import refuses_in_words


@require_POST
@login_not_required
@refuses_in_words
def discover(request: HttpRequest) -> HttpResponse:
    """On to the provider that serves the domain of the given mail address; without one back to the form."""
    provider = provider_of_domain(request.POST.get("email", ""))
    if provider is None or provider.kind not in KINDS:
        messages.info(request, _("For this address sign in with your user name and password."))
        return redirect("account_login")
    wanted = request.POST.get("next", "")
    leads_here = wanted and account_adapter(request).is_safe_url(wanted)
    kit = app_of(provider).get_provider(request)
    return kit.redirect(request, AuthProcess.LOGIN, wanted if leads_here else None)
