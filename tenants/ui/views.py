"""Who works in the enterprise, with which role."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.ui import keyset
from core.ui.pages import Page
from tenants.access import require
from tenants.models import User

FIELDS = (
    "id",
    "nick",
    "name",
    "surname",
    "email",
    "is_active",
    "last_login",
    "role__name",
    "enterprise__name",
)


class Users(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, "USERS_VIEW")
        users = User.objects.visible_to(request.user)
        query = request.GET.get("q", "").strip()
        if query:
            users = users.filter(
                Q(nick__icontains=query) | Q(surname__icontains=query) | Q(email__icontains=query)
            )
        order = keyset.Order("nick", descending=False)
        rows = keyset.read(users.values(*FIELDS), order=order, key=request.GET.get("after", ""))
        context = {"rows": rows, "query": query, "show_enterprise": request.user.sees_all_enterprises}
        return render(request, "tenants/users.html", context)
