"""Making, changing and deleting users, and giving them other roles in single virtual datacenters."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from tenants import services
from tenants.access import require
from tenants.models import Enterprise, Role, User
from tenants.services.users import MANAGE
from tenants.ui.people_forms import UserForm, initial_of, values_of
from tenants.ui.refusals import told_beside
from tenants.ui.user_pages import read_user, show_user


class Create(Page):
    """A new user of one's own enterprise, or of the one named by ``enterprise``."""

    failed_to = gettext_lazy("The user was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        home = _home(request)
        return _form(request, UserForm(actor=request.user, enterprise=home), home)

    def post(self, request: HttpRequest) -> HttpResponse:
        home = _home(request)
        form, error = UserForm(request.POST, actor=request.user, enterprise=home), None
        if form.is_valid():
            try:
                made = services.create_user(actor=request.user, enterprise=home, **values_of(form))
                return redirect("tenants:user", made.id)
            except DomainError as refused:
                error = told_beside(form, refused, request, str(self.failed_to))
        return _form(request, form, home, error=error)


class Edit(Page):
    failed_to = gettext_lazy("The user was not changed")

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        person = read_user(request, user_id)
        options = {"actor": request.user, "enterprise": person.enterprise, "user": person}
        return _form(request, UserForm(initial=initial_of(person), **options), person.enterprise, person)

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = read_user(request, user_id)
        options = {"actor": request.user, "enterprise": person.enterprise, "user": person}
        form, error = UserForm(request.POST, initial=initial_of(person), **options), None
        if form.is_valid():
            try:
                services.update_user(actor=request.user, user=person, **values_of(form))
                return redirect("tenants:user", person.id)
            except DomainError as refused:
                error = told_beside(form, refused, request, str(self.failed_to))
        return _form(request, form, person.enterprise, person, error)


class Delete(Page):
    failed_to = gettext_lazy("The user was not deleted")

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = read_user(request, user_id)
        context = {
            "title": _("Delete %(nick)s?") % {"nick": person.nick},
            "text": _("They can't sign in any more. What they own stays in the enterprise."),
            "losses": [_("Name, rights, sessions and tokens of the user")],
            "keeps": [_("Machines they made"), _("What they did, in Activity")],
            "type_name": person.nick,
            "verb": _("Delete"),
            "action": reverse("tenants:delete_user", args=[person.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = read_user(request, user_id)
        services.delete_user(actor=request.user, user=person)
        return told(_("%(name)s was deleted.") % {"name": person.nick}, location=reverse("tenants:users"))


class RoleThere(Page):
    """Gives another role in one virtual datacenter; without a role the user's own counts there again."""

    failed_to = gettext_lazy("The role was not given")

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = read_user(request, user_id)
        place, chosen = request.POST.get("virtual_datacenter", ""), request.POST.get("role", "")
        role = None
        if chosen.isdecimal():
            role = get_object_or_404(Role.objects.visible_to(request.user), pk=int(chosen))
        try:
            services.give_role_in(
                actor=request.user,
                user=person,
                virtual_datacenter_id=int(place) if place.isdecimal() else 0,
                role=role,
            )
        except DomainError as refused:
            return show_user(request, person, fault_of(refused, request, what=str(self.failed_to)))
        return redirect("tenants:user", person.id)


def _home(request: HttpRequest) -> Enterprise:
    asked = request.GET.get("enterprise", "")
    if not asked.isdecimal():
        return request.user.enterprise
    return get_object_or_404(Enterprise.objects.visible_to(request.user), pk=int(asked))


def _form(
    request: HttpRequest,
    form: UserForm,
    home: Enterprise,
    person: User | None = None,
    error: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "home": home,
        "person": person,
        "error": error,
        "back_url": reverse("tenants:user", args=[person.id]) if person else reverse("tenants:users"),
    }
    refused = bool(error or form.errors)
    return render(request, "tenants/user_editor.html", context, status=409 if refused else 200)
