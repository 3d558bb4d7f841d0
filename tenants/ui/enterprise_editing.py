"""Making, changing and deleting enterprises."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.form_pages import form_page
from core.ui.pages import Page, told
from tenants import services
from tenants.access import require
from tenants.models import Enterprise, User
from tenants.services.enterprises import MANAGE, MANAGE_OTHERS
from tenants.ui.enterprise_forms import EnterpriseForm, initial_of
from tenants.ui.tabs import enterprise_context


class Create(Page):
    failed_to = gettext_lazy("The enterprise was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        require(request.user, MANAGE_OTHERS)
        return self._show(request, EnterpriseForm(actor=request.user, initial=request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EnterpriseForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        try:
            made = services.create_enterprise(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("tenants:enterprise", made.pk)

    def _show(self, request: HttpRequest, form: EnterpriseForm, error: Any = None) -> HttpResponse:
        return form_page(
            request,
            form,
            error,
            title=_("New enterprise"),
            verb=_("Create"),
            lead=_("A tenant: it owns machines and pays for them. Locations and limits are given next."),
            back_url=reverse("tenants:tree"),
        )


class Edit(Page):
    failed_to = gettext_lazy("The enterprise was not changed")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        form = EnterpriseForm(actor=request.user, enterprise=enterprise, initial=initial_of(enterprise))
        return self._show(request, enterprise, form)

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        name = enterprise.name
        form = EnterpriseForm(
            request.POST, actor=request.user, enterprise=enterprise, initial=initial_of(enterprise)
        )
        if not form.is_valid():
            return self._show(request, enterprise, form)
        try:
            services.update_enterprise(actor=request.user, enterprise=enterprise, **form.cleaned_data)
        except DomainError as error:
            enterprise.name = name
            return self._show(request, enterprise, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("tenants:enterprise", enterprise_id)

    def _show(
        self, request: HttpRequest, enterprise: Enterprise, form: EnterpriseForm, error: Any = None
    ) -> HttpResponse:
        return form_page(
            request,
            form,
            error,
            title=_("Change %(name)s") % {"name": enterprise.name},
            verb=_("Save"),
            back_url=reverse("tenants:enterprise", args=[enterprise.id]),
        )


class Delete(Page):
    failed_to = gettext_lazy("The enterprise was not deleted")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        users = User.objects.visible_to(request.user).filter(enterprise=enterprise).count()
        losses = [_("Its name, rules, limits and properties")]
        if users:
            losses.append(ngettext("%(n)s user", "%(n)s users", users) % {"n": users})
        context = {
            "title": _("Delete %(name)s?") % {"name": enterprise.name},
            "text": _("Only enterprises that own nothing any more can be deleted."),
            "losses": losses,
            "type_name": enterprise.name,
            "verb": _("Delete"),
            "action": reverse("tenants:enterprise_delete", args=[enterprise.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        services.delete_enterprise(actor=request.user, enterprise=enterprise)
        text = _("%(name)s was deleted.") % {"name": enterprise.name}
        return told(text, location=reverse("tenants:tree"))
