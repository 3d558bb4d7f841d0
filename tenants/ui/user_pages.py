"""Users: the list, and one with their rights everywhere."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.ui import keyset
from core.ui.pages import Page
from tenants.access import may, require
from tenants.models import Role, User
from tenants.services.restrictions import MANAGE_ROLES
from tenants.services.users import MANAGE, may_change_user
from tenants.ui.people_forms import assignable_roles
from tenants.virtual_datacenters import virtual_datacenters

SEE = "USERS_VIEW"
FIELDS = (
    "id",
    "nick",
    "name",
    "surname",
    "email",
    "is_active",
    "restricted",
    "last_login",
    "role__name",
    "scope__name",
    "enterprise__name",
)


class Users(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, SEE)
        users = User.objects.visible_to(request.user)
        query = request.GET.get("q", "").strip()
        if query:
            users = users.filter(
                Q(nick__icontains=query)
                | Q(name__icontains=query)
                | Q(surname__icontains=query)
                | Q(email__icontains=query)
            )
        role = request.GET.get("role", "")
        if role.isdecimal():
            users = users.filter(role_id=int(role))
        order = keyset.Order("nick", descending=False)
        rows = keyset.read(users.values(*FIELDS), order=order, key=request.GET.get("after", ""))
        context = {
            "rows": rows,
            "query": query,
            "role": role,
            "roles": Role.objects.visible_to(request.user).order_by("name")[:200],
            "show_enterprise": request.user.tenant_reach != "own",
            "may_create": may(request.user, MANAGE),
        }
        return render(request, "tenants/users.html", context)


class UserPage(Page):
    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        return show_user(request, read_user(request, user_id))


def show_user(request: HttpRequest, person: User, error: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a user; ``error`` is why a role in a virtual datacenter was not given."""
    places = {
        each.id: each for each in virtual_datacenters(request.user).filter(enterprise=person.enterprise)
    }
    there = person.virtual_datacenter_roles.select_related("role")
    context = {
        "person": person,
        "error": error,
        "may_change": may_change_user(request.user, person),
        "may_give": may(request.user, MANAGE_ROLES),
        "open_places": [
            places[pk] for pk in person.open_virtual_datacenter_ids() if pk in places and person.restricted
        ],
        "roles_there": [
            (places[each.virtual_datacenter_id], each.role)
            for each in there
            if each.virtual_datacenter_id in places
        ],
        "places": places.values(),
        "roles": assignable_roles(request.user, person.enterprise),
    }
    return render(request, "tenants/user.html", context, status=409 if error else 200)


def read_user(request: HttpRequest, user_id: int) -> User:
    """The user, or 404 when the actor must not know them."""
    users = User.objects.visible_to(request.user).select_related("enterprise", "role", "scope")
    return get_object_or_404(users, pk=user_id)
