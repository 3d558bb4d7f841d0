"""Roles: the list, and one with its privileges, who has it, and how it differs from another."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.ui import keyset
from core.ui.pages import Page
from tenants.access import may, require
from tenants.models import Role, User, VirtualDatacenterRole
from tenants.services.grants import names_of
from tenants.services.roles import MANAGE, may_change_role
from tenants.ui.privilege_groups import difference, groups_of
from tenants.virtual_datacenters import virtual_datacenters

SEE = "USERS_VIEW"
FEW = 50
FIELDS = ("id", "name", "blocked", "enterprise__name", "privilege_count")


class Roles(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, SEE)
        roles = Role.objects.visible_to(request.user)
        query = request.GET.get("q", "").strip()
        if query:
            roles = roles.filter(name__icontains=query)
        counted = roles.annotate(privilege_count=Count("privileges", distinct=True)).values(*FIELDS)
        order = keyset.Order("name", descending=False)
        rows = keyset.read(counted, order=order, key=request.GET.get("after", ""))
        with_people(request, rows.rows)
        context = {"rows": rows, "query": query, "may_create": may(request.user, MANAGE)}
        return render(request, "tenants/roles.html", context)


class RolePage(Page):
    def get(self, request: HttpRequest, role_id: int) -> HttpResponse:
        require(request.user, SEE)
        role = read_role(request, role_id)
        held = set(names_of(role))
        context = {
            "role": role,
            "held": len(held),
            "groups": groups_of(request.user, held, only_held=True),
            "external_names": role.external_roles.values_list("name", flat=True),
            "may_change": may_change_role(request.user, role),
            "may_create": may(request.user, MANAGE),
            "others": Role.objects.visible_to(request.user).exclude(pk=role.pk).order_by("name")[:200],
        }
        context |= self._people(request, role)
        other = request.GET.get("other", "")
        if other.isdecimal():
            context["difference"] = difference(request.user, role, read_role(request, int(other)))
        return render(request, "tenants/role.html", context)

    @staticmethod
    def _people(request: HttpRequest, role: Role) -> dict[str, Any]:
        users = User.objects.visible_to(request.user).filter(role=role)
        there = VirtualDatacenterRole.objects.visible_to(request.user).filter(role=role)
        places = dict(virtual_datacenters(request.user).values_list("id", "name"))
        return {
            "users": users.select_related("enterprise")[:FEW],
            "user_count": users.count(),
            "users_there": [
                (each.user, places[each.virtual_datacenter_id])
                for each in there.select_related("user")[:FEW]
                if each.virtual_datacenter_id in places
            ],
        }


def read_role(request: HttpRequest, role_id: int) -> Role:
    """The role, or 404 when the actor must not know it."""
    roles = Role.objects.visible_to(request.user).select_related("enterprise")
    return get_object_or_404(roles, pk=role_id)


def with_people(request: HttpRequest, rows: list[dict[str, Any]]) -> None:
    """Add to each role how many of the users the actor sees have it."""
    users = User.objects.visible_to(request.user).filter(role_id__in=[row["id"] for row in rows])
    counts = dict(users.order_by().values_list("role_id").annotate(number=Count("id")))
    for row in rows:
        row["user_count"] = counts.get(row["id"], 0)
