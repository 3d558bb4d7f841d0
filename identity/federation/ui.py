"""Finding the provider of a mail domain from the sign-in page, and asking one again who somebody is."""

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.ui.pages import Page
from identity.confirmed import first_way, unconfirmed
from identity.federation.adapter import KINDS, app_of
from identity.federation.choosing import provider_of_domain
from identity.federation.confirming import confirm_by_mail, confirms_by_mail, provider_of
from identity.federation.freshness import CONFIRM
from identity.federation.refusing import refuses_in_words
from identity.services import second_factor
from identity.ui.forms import MailCodeForm


@require_POST
@login_not_required
@refuses_in_words
def discover(request: HttpRequest) -> HttpResponse:
    """On to the provider that serves the domain of the given mail address; without one back to the form."""
    provider = provider_of_domain(request.POST.get("email", ""))
    if provider is None or provider.kind not in KINDS:
        messages.info(request, _("For this address sign in with your user name and password."))
        return redirect("account_login")
    kit = app_of(provider).get_provider(request)
    return kit.redirect(request, AuthProcess.LOGIN, leading_here(request, request.POST) or None)


def leading_here(request: HttpRequest, sent: QueryDict) -> str:
    """Where one wants to go on, if that is an address of ours; else empty."""
    wanted = sent.get("next", "")
    return wanted if wanted and account_adapter(request).is_safe_url(wanted) else ""


@method_decorator(refuses_in_words, name="dispatch")
class Confirm(Page):
    """Asked of people who sign in elsewhere before they change what outlives their session."""

    def get(self, request: HttpRequest) -> HttpResponse:
        others = account_adapter(request).get_reauthentication_methods(request.user)
        next_url = leading_here(request, request.GET)
        context = {
            "provider": provider_of(request.user),
            "others": [each for each in others if each["url"] != request.path],
            "next_url": next_url,
        }
        return render(request, "identity/confirm.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        provider = provider_of(request.user)
        if provider is None or provider.kind not in KINDS:
            return redirect("sign_in_confirm")
        kit = app_of(provider).get_provider(request)
        return kit.redirect(request, CONFIRM, leading_here(request, request.POST) or "/")


class ConfirmByMail(Page):
    """Sends a code when asked to, never by merely being opened; takes it then."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(request, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not confirms_by_mail(request.user):
            return redirect(first_way(request.user)["url"])
        form = MailCodeForm(request.POST)
        asked = {"session": request.session, "user": request.user, "purpose": second_factor.CONFIRM}
        try:
            if "send" in request.POST:
                second_factor.send_code(**asked)
                form = MailCodeForm()
            elif form.is_valid():
                second_factor.check_code(**asked, code=form.cleaned_data["code"])
                return confirm_by_mail(request, leading_here(request, request.POST))
        except DomainError as refusal:
            form.full_clean()
            form.errors.clear()
            form.add_error("code", f"{refusal.message} {refusal.remedy}".strip())
        return self._shown(request, form)

    def _shown(self, request: HttpRequest, form: MailCodeForm | None) -> HttpResponse:
        if not confirms_by_mail(request.user):
            return redirect(first_way(request.user)["url"])
        next_url = leading_here(request, request.POST or request.GET)
        return render(request, "identity/confirm_by_mail.html", {"form": form, "next_url": next_url})


class Confirmed(Page):
    """Back from the provider: what was asked for goes on, a form that was sent included."""

    def get(self, request: HttpRequest) -> HttpResponse:
        going_on = None if unconfirmed(request) else resume_request(request)
        return going_on or redirect("identity:security")
