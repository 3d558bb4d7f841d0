"""My applications: what may act for me by OAuth 1.0a."""

from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError, NotFound
from core.ui.faults import fault_of
from core.ui.form_pages import form_page
from core.ui.pages import Page
from identity.models import Application
from identity.services.applications import create_application, delete_application
from identity.services.oauth_tokens import withdraw_access
from identity.ui.asking import AskedFirst, Question
from identity.ui.credentials.forms import ApplicationForm
from identity.ui.credentials.tokens import confirmed, shown_once
from identity.ui.tabs import tabs_for


class Applications(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        applications = own_applications(request).annotate(
            accesses=Count("access_tokens"), last_used_at=Max("access_tokens__last_used_at")
        )
        context = {"applications": applications, "tabs": tabs_for(request)}
        return render(request, "identity/applications.html", context)


@confirmed
class New(Page):
    """The answer shows key and secret; the secret only this once."""

    failed_to = gettext_lazy("The application was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, ApplicationForm(actor=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ApplicationForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        try:
            application, secret = create_application(
                actor=request.user,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                privileges=form.bounds,
            )
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return shown_once(
            request,
            title=_("Application %(name)s") % {"name": application.name},
            secrets=[(_("API key"), application.api_key), (_("API secret"), secret)],
            use=_("Enter both in the application. It will then ask you whether it may act for you."),
            back_url=reverse("credentials:applications"),
        )

    @staticmethod
    def _show(
        request: HttpRequest, form: ApplicationForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        return form_page(
            request,
            form,
            error,
            title=_("New application"),
            verb=_("Create"),
            lead=_("A program that signs its calls by OAuth 1.0a, once you have allowed it."),
            back_url=reverse("credentials:applications"),
        )


class Delete(AskedFirst):
    failed_to = gettext_lazy("The application was not removed")
    back = "credentials:applications"

    def question(self, application_id: int) -> Question:
        name = own_application(self.request, application_id).name
        return Question(
            _("Remove %(name)s?") % {"name": name},
            _("It can't act for you any more, and its key and secret are worth nothing."),
            _("Remove the application"),
        )

    def act(self, application_id: int) -> None:
        delete_application(actor=self.request.user, application=own_application(self.request, application_id))


class Withdraw(AskedFirst):
    failed_to = gettext_lazy("The access was not taken back")
    back = "credentials:applications"

    def question(self, application_id: int) -> Question:
        name = own_application(self.request, application_id).name
        return Question(
            _("Take back the access of %(name)s?") % {"name": name},
            _("Its tokens end now. It may ask you again."),
            _("Take back the access"),
        )

    def act(self, application_id: int) -> None:
        withdraw_access(actor=self.request.user, application=own_application(self.request, application_id))


def own_applications(request: HttpRequest):
    return Application.objects.visible_to(request.user).filter(user_id=request.user.pk)


def own_application(request: HttpRequest, application_id: int) -> Application:
    """Raises NotFound."""
    found = own_applications(request).filter(pk=application_id).first()
    if found is None:
        raise NotFound(_("You have no such application."))
    return found
