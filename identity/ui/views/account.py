"""Who I am, and how my account is protected."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.ui.pages import Page
from identity.services import second_factor
from identity.services.policy import CONFIGURE
from identity.services.profile import change_profile
from identity.ui.forms import ProfileForm
from identity.ui.tabs import tabs_for
from tenants.models import AuthType

FIELDS = ("name", "surname", "email", "locale")
confirmed = method_decorator(reauthentication_required, name="dispatch")


class Profile(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {field: getattr(request.user, field) for field in FIELDS}
        return self._shown(request, ProfileForm(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST)
        if not form.is_valid():
            return self._shown(request, form)
        if form.cleaned_data["email"] != request.user.email and request.user.unconfirmed():
            raise ReauthenticationRequired
        try:
            change_profile(user=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("email", refusal.message)
            return self._shown(request, form)
        messages.success(request, _("Your profile was saved."))
        return HttpResponseRedirect(reverse("identity:profile"))

    @staticmethod
    def _shown(request: HttpRequest, form: ProfileForm) -> HttpResponse:
        context = {"form": form, "tabs": tabs_for(request)}
        return render(request, "identity/profile.html", context)


class Security(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"tabs": tabs_for(request), "sees_policy": CONFIGURE in request.user.privileges}
        return render(request, "identity/security.html", context | protection_of(request))


class Enrol(Page):
    """Where one is led who needs a second factor and has none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "identity/enrol.html", protection_of(request))


@confirmed
class EnableMail(Page):
    failed_to = _("Codes by e-mail were not switched on")

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "identity/enable_mail.html", {"email": request.user.email})

    def post(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        enabled = second_factor.enable_mail(actor=request.user, user=request.user, session_key=key)
        return render(request, "identity/recovery_codes.html", {"codes": enabled.recovery_codes})


@confirmed
class SwitchOff(Page):
    failed_to = _("The second factor was not switched off")

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "identity/switch_off.html", protection_of(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        second_factor.disable(actor=request.user, user=request.user)
        messages.success(request, _("The second factor was switched off."))
        return HttpResponseRedirect(reverse("identity:security"))


def protection_of(request: HttpRequest) -> dict[str, Any]:
    """What protects the account, for the pages that show it."""
    methods = second_factor.methods_of(request.user)
    return {
        "is_local": request.user.auth_type == AuthType.LOCAL,
        "app": second_factor.APP in methods,
        "keys": second_factor.KEY in methods,
        "mail": second_factor.MAIL in methods,
        "protected": bool(methods),
        "required": second_factor.is_required(request.user),
        "recovery_left": second_factor.recovery_codes_left(request.user),
    }
