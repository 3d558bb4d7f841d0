"""My personal access tokens."""

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError, NotFound
from core.ui.faults import fault_of
from core.ui.form_pages import form_page
from core.ui.pages import Page
from identity.models import PersonalToken
from identity.services.personal_tokens import create_personal_token, revoke_personal_token
from identity.ui.asking import AskedFirst, Question
from identity.ui.credentials.forms import LOOKING, TokenForm
from identity.ui.tabs import tabs_for

confirmed = method_decorator(reauthentication_required, name="dispatch")


class Tokens(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"tokens": own_tokens(request), "tabs": tabs_for(request), "now": timezone.now()}
        return render(request, "identity/tokens.html", context)


@confirmed
class New(Page):
    """The answer shows the token, once. Takes a recent sign-in, for it outlives the session."""

    failed_to = gettext_lazy("The token was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, TokenForm(actor=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        values = form.cleaned_data
        try:
            token, text = create_personal_token(
                actor=request.user,
                name=values["name"],
                expires_at=timezone.now() + timedelta(days=values["days"]),
                read_only=values["extent"] == LOOKING,
                privileges=form.bounds,
            )
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return shown_once(
            request,
            title=_("Token %(name)s") % {"name": token.name},
            secrets=[(_("Token"), text)],
            use=_("Send it with each call in the header Authorization, behind the word Bearer."),
            back_url=reverse("credentials:tokens"),
        )

    @staticmethod
    def _show(request: HttpRequest, form: TokenForm, error: dict[str, Any] | None = None) -> HttpResponse:
        return form_page(
            request,
            form,
            error,
            title=_("New personal access token"),
            verb=_("Create"),
            lead=_("A script sends it instead of your name and password."),
            back_url=reverse("credentials:tokens"),
        )


class Revoke(AskedFirst):
    failed_to = gettext_lazy("The token was not revoked")
    back = "credentials:tokens"

    def question(self, token_id: int) -> Question:
        name = own_token(self.request, token_id).name
        return Question(
            _("Revoke %(name)s?") % {"name": name},
            _("Programs that use this token are refused from now on."),
            _("Revoke the token"),
        )

    def act(self, token_id: int) -> None:
        revoke_personal_token(actor=self.request.user, token=own_token(self.request, token_id))


def own_tokens(request: HttpRequest):
    return PersonalToken.objects.visible_to(request.user).filter(user_id=request.user.pk)


def own_token(request: HttpRequest, token_id: int) -> PersonalToken:
    """Raises NotFound."""
    found = own_tokens(request).filter(pk=token_id).first()
    if found is None:
        raise NotFound(_("You have no such token."))
    return found


def shown_once(request: HttpRequest, **context: Any) -> HttpResponse:
    """A page with secrets that nobody can read again; neither browser nor proxy keeps it."""
    response = render(request, "identity/tokens_shown_once.html", context)
    response["Cache-Control"] = "no-store"
    return response
