"""Making, changing, copying and deleting roles."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui.pages import Page, told
from tenants import services
from tenants.access import require
from tenants.models import Role
from tenants.services.grants import names_of
from tenants.services.roles import MANAGE
from tenants.ui.people_forms import RoleForm
from tenants.ui.privilege_groups import groups_of
from tenants.ui.refusals import told_beside
from tenants.ui.role_pages import read_role


class Create(Page):
    """A new role; with ``copy`` it starts as a copy of another."""

    failed_to = gettext_lazy("The role was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        initial: dict[str, Any] = {"enterprise": request.user.enterprise_id}
        held: set[str] = set()
        asked = request.GET.get("copy", "")
        if asked.isdecimal():
            source = read_role(request, int(asked))
            held = set(names_of(source)) & request.user.privileges
            initial["name"] = _("Copy of %(name)s") % {"name": source.name}
        return editor(request, RoleForm(actor=request.user, initial=initial), held)

    def post(self, request: HttpRequest) -> HttpResponse:
        form, chosen = RoleForm(request.POST, actor=request.user), set(request.POST.getlist("privilege"))
        error = None
        if form.is_valid():
            try:
                role = services.create_role(actor=request.user, privileges=chosen, **form.cleaned_data)
                return redirect("tenants:role", role.id)
            except DomainError as refused:
                error = told_beside(form, refused, request, str(self.failed_to))
        return editor(request, form, chosen, error=error)


class Edit(Page):
    failed_to = gettext_lazy("The role was not changed")

    def get(self, request: HttpRequest, role_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        role = read_role(request, role_id)
        initial = {
            "name": role.name,
            "enterprise": role.enterprise_id,
            "external_names": list(role.external_roles.values_list("name", flat=True)),
            "allowed_networks": role.allowed_networks,
        }
        return editor(request, RoleForm(actor=request.user, initial=initial), set(names_of(role)), role)

    def post(self, request: HttpRequest, role_id: int) -> HttpResponse:
        role = read_role(request, role_id)
        form = RoleForm(request.POST, actor=request.user, initial={"allowed_networks": role.allowed_networks})
        chosen, error = set(request.POST.getlist("privilege")), None
        if form.is_valid():
            try:
                services.update_role(actor=request.user, role=role, privileges=chosen, **form.cleaned_data)
                return redirect("tenants:role", role.id)
            except DomainError as refused:
                error = told_beside(form, refused, request, str(self.failed_to))
        return editor(request, form, chosen, role, error)


class Delete(Page):
    failed_to = gettext_lazy("The role was not deleted")

    def get(self, request: HttpRequest, role_id: int) -> HttpResponse:
        role = read_role(request, role_id)
        context = {
            "title": _("Delete the role %(name)s?") % {"name": role.name},
            "text": _("Only roles that nobody has can be deleted."),
            "verb": _("Delete"),
            "action": reverse("tenants:delete_role", args=[role.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, role_id: int) -> HttpResponse:
        role = read_role(request, role_id)
        services.delete_role(actor=request.user, role=role)
        return told(_("%(name)s was deleted.") % {"name": role.name}, location=reverse("tenants:roles"))


def editor(
    request: HttpRequest,
    form: RoleForm,
    held: set[str],
    role: Role | None = None,
    error: dict[str, Any] | None = None,
) -> HttpResponse:
    """The editor with these privileges chosen."""
    context = {
        "form": form,
        "role": role,
        "error": error,
        "groups": groups_of(request.user, held),
        "back_url": reverse("tenants:role", args=[role.id]) if role else reverse("tenants:roles"),
    }
    refused = bool(error or form.errors)
    return render(request, "tenants/role_editor.html", context, status=409 if refused else 200)
