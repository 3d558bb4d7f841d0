"""What the installation asks of passwords and sessions."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.ui.form_pages import form_page
from core.ui.pages import Page
from identity.services.policy import CONFIGURE, change_policy, current_policy
from identity.ui.forms import PolicyForm
from tenants.access import require


class Policy(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, CONFIGURE)
        return self._shown(request, PolicyForm(initial=model_to_dict(current_policy())))

    def post(self, request: HttpRequest) -> HttpResponse:
        require(request.user, CONFIGURE)
        form = PolicyForm(request.POST)
        if not form.is_valid():
            return self._shown(request, form)
        try:
            change_policy(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            return self._shown(request, form)
        messages.success(request, _("The policy was saved. It holds from the next sign-in or password on."))
        return HttpResponseRedirect(reverse("identity:policy"))

    @staticmethod
    def _shown(request: HttpRequest, form: PolicyForm) -> HttpResponse:
        return form_page(
            request,
            form,
            title=_("Passwords and sessions"),
            lead=_("For everybody in this installation."),
            verb=_("Save"),
            back_url=reverse("identity:security"),
        )
