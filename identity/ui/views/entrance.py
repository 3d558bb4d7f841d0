"""The way in beside name and password: a new password by mail, a code by mail. For people not signed in."""

from allauth.account.internal.decorators import login_stage_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from core.client_address import client_address
from core.errors import DomainError
from identity.services.passwords import request_reset, reset_password
from identity.services.second_factor import check_code, send_code
from identity.stages import MailCodeStage
from identity.ui.forms import MailCodeForm, NewPasswordForm, RecoverForm, password_problem

HIDDEN = "here"
_TOKEN = "identity_reset_token"


class Recover(View):
    """Says the same for every name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "identity/recover.html", {"form": RecoverForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RecoverForm(request.POST)
        if form.is_valid():
            try:
                request_reset(name=form.cleaned_data["name"], address=client_address(request))
                return render(request, "identity/recover_sent.html")
            except DomainError as refusal:
                form.add_error(None, f"{refusal.message} {refusal.remedy}".strip())
        return render(request, "identity/recover.html", {"form": form})


@method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")
class Reset(View):
    """The token moves from the address into the session, so that no later request or link tells it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if token != HIDDEN:
            request.session[_TOKEN] = token
            return HttpResponseRedirect(reverse("identity:reset", args=[HIDDEN]))
        return self._shown(request, NewPasswordForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        if not form.is_valid():
            return self._shown(request, form)
        try:
            sent, token = form.cleaned_data, request.session.get(_TOKEN, "")
            reset_password(token=token, password=sent["password"], withdraw=sent["withdraw"])
        except DomainError as refusal:
            password_problem(form, refusal)
            return self._shown(request, form)
        request.session.pop(_TOKEN, None)
        return render(request, "identity/reset_done.html")

    @staticmethod
    def _shown(request: HttpRequest, form: NewPasswordForm) -> HttpResponse:
        return render(request, "identity/reset.html", {"form": form})


@method_decorator(
    login_stage_required(stage=MailCodeStage.key, redirect_urlname="account_login"), name="dispatch"
)
class MailCode(View):
    """Asks for the code that was sent when this page was opened."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = MailCodeForm()
        try:
            send_code(session=request.session, user=request._login_stage.login.user)
        except DomainError as refusal:
            form = MailCodeForm({})
            form.full_clean()
            form.errors.clear()
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        return render(request, "identity/mail_code.html", {"form": form})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailCodeForm(request.POST)
        if form.is_valid():
            stage = request._login_stage
            try:
                check_code(session=request.session, user=stage.login.user, code=form.cleaned_data["code"])
                return stage.exit()
            except DomainError as refusal:
                form.add_error("code", f"{refusal.message} {refusal.remedy}")
        return render(request, "identity/mail_code.html", {"form": form})
