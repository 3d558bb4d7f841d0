"""Scopes: what administrators reach. These pages stand here because a scope names locations as well."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui import keyset
from core.ui.faults import fault_of
from core.ui.form_pages import form_page
from core.ui.pages import Page, told
from infrastructure.models import Datacenter
from infrastructure.ui.scope_forms import ScopeForm, initial_of
from tenants import services
from tenants.access import may, require
from tenants.models import Enterprise, Scope, User
from tenants.services.scope_rights import is_beneath
from tenants.services.scopes import MANAGE

SEE = "ENTERPRISE_ENUMERATE"
MOST = 200


class Scopes(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, SEE)
        query = request.GET.get("q", "").strip()
        scopes = Scope.objects.visible_to(request.user).filter(name__icontains=query)
        fields = ("id", "name", "unlimited", "parent_id", "parent__name")
        counted = scopes.values(*fields).annotate(
            number=Count("enterprises", distinct=True), places=Count("datacenters", distinct=True)
        )
        order = keyset.Order("name", descending=False)
        rows = keyset.read(counted, order=order, key=request.GET.get("after", ""))
        for row in rows.rows:
            if row["id"] == request.user.scope_id:
                row["parent__name"] = ""
        context = {"rows": rows, "query": query, "may_manage": may(request.user, MANAGE)}
        return render(request, "scopes/list.html", context)


class ScopePage(Page):
    def get(self, request: HttpRequest, scope_id: int) -> HttpResponse:
        scope = read_scope(request, scope_id)
        enterprises = Enterprise.objects.visible_to(request.user).filter(scopes=scope)
        users = User.objects.visible_to(request.user).filter(scope=scope).select_related("enterprise")
        context = {
            "scope": scope,
            "path": Scope.objects.visible_to(request.user)
            .filter(descendants__descendant=scope, descendants__distance__gt=0)
            .order_by("-descendants__distance"),
            "children": Scope.objects.visible_to(request.user).filter(parent=scope)[:MOST],
            "enterprises": enterprises.order_by("name")[:MOST],
            "locations": Datacenter.objects.visible_to(request.user).filter(scopes=scope)[:MOST],
            "users": users.order_by("nick")[:MOST],
            "may_manage": may(request.user, MANAGE),
            "changeable": not scope.unlimited and is_beneath(request.user, scope),
        }
        return render(request, "scopes/scope.html", context)


class Create(Page):
    failed_to = gettext_lazy("The scope was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        initial = {"parent": request.GET.get("parent", "")}
        return self._show(request, ScopeForm(actor=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ScopeForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        try:
            made = services.create_scope(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("scopes:scope", made.pk)

    def _show(self, request: HttpRequest, form: ScopeForm, error: Any = None) -> HttpResponse:
        return form_page(
            request,
            form,
            error,
            title=_("New scope"),
            verb=_("Create"),
            lead=_("A scope says what administrators reach, and gives enterprises a place in the tree."),
            back_url=reverse("scopes:list"),
        )


class Edit(Page):
    failed_to = gettext_lazy("The scope was not changed")

    def get(self, request: HttpRequest, scope_id: int) -> HttpResponse:
        scope = read_scope(request, scope_id)
        require(request.user, MANAGE)
        form = ScopeForm(actor=request.user, scope=scope, initial=initial_of(scope))
        return self._show(request, scope, form)

    def post(self, request: HttpRequest, scope_id: int) -> HttpResponse:
        scope = read_scope(request, scope_id)
        form = ScopeForm(request.POST, actor=request.user, scope=scope, initial=initial_of(scope))
        if not form.is_valid():
            return self._show(request, scope, form)
        try:
            services.update_scope(actor=request.user, scope=scope, **_asked(form, scope))
        except DomainError as error:
            fault = fault_of(error, request, what=str(self.failed_to))
            return self._show(request, scope, form, fault)
        return redirect("scopes:scope", scope.pk)

    def _show(self, request: HttpRequest, scope: Scope, form: ScopeForm, error: Any = None) -> HttpResponse:
        return form_page(
            request,
            form,
            error,
            title=_("Change %(name)s") % {"name": scope.name},
            verb=_("Save"),
            back_url=reverse("scopes:scope", args=[scope.id]),
        )


class Delete(Page):
    failed_to = gettext_lazy("The scope was not deleted")

    def get(self, request: HttpRequest, scope_id: int) -> HttpResponse:
        scope = read_scope(request, scope_id)
        context = {
            "title": _("Delete %(name)s?") % {"name": scope.name},
            "text": _("Only scopes that no user, enterprise or other scope needs can be deleted."),
            "keeps": [_("The enterprises and locations it reaches")],
            "type_name": scope.name,
            "verb": _("Delete"),
            "action": reverse("scopes:delete", args=[scope.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, scope_id: int) -> HttpResponse:
        scope = read_scope(request, scope_id)
        services.delete_scope(actor=request.user, scope=scope)
        return told(_("%(name)s was deleted.") % {"name": scope.name}, location=reverse("scopes:list"))


def read_scope(request: HttpRequest, scope_id: int) -> Scope:
    """A scope the actor sees. Raises Http404."""
    require(request.user, SEE)
    return get_object_or_404(Scope.objects.visible_to(request.user), pk=scope_id)


def _asked(form: ScopeForm, scope: Scope) -> dict[str, Any]:
    """What the form says; what it did not offer stays as it is."""
    values = dict(form.cleaned_data)
    if "parent" not in form.changed_data:
        values.pop("parent")
    for name, present in (("enterprises", scope.enterprises), ("locations", scope.datacenters)):
        if name in values:
            offered = form.fields[name].queryset.values("pk")
            values[name] = [*values[name], *present.exclude(pk__in=offered)]
    return values
