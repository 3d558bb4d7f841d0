"""One enterprise: what it is and where it stands, its users, its properties, what happened to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui import keyset
from core.ui.faults import fault_of
from core.ui.pages import Page
from events.models import Event
from operations.ui.event_filter import EVENT_FIELDS
from tenants import services
from tenants.access import Decision, may, require
from tenants.lineage import key_node_of, reseller_of
from tenants.models import Enterprise, User
from tenants.reach import ADMINISTER_ALL
from tenants.services.grants import MANAGES_OTHERS
from tenants.services.users import MANAGE as MANAGE_USERS
from tenants.ui.enterprise_forms import lines_of, properties_of
from tenants.ui.tabs import enterprise_context, panels_for

PROPERTIES = "ENTERPRISE_MANAGE_PROPERTIES"
USER_FIELDS = ("id", "nick", "name", "surname", "email", "is_active", "last_login", "role__name")


class Overview(Page):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        enterprise = context["enterprise"]
        context |= {
            "reseller": _known(request, reseller_of(enterprise)),
            "key_node": _known(request, key_node_of(enterprise)),
            "users": User.objects.visible_to(request.user).filter(enterprise=enterprise).count(),
            "panels": panels_for(request, enterprise),
            "may_manage": may(request.user, "USERS_MANAGE_ENTERPRISE"),
            "may_switch": may(request.user, ADMINISTER_ALL) and request.user.reaches(enterprise.id),
        }
        return render(request, "tenants/enterprise_overview.html", context)


class Users(Page):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        require(request.user, "USERS_VIEW")
        context = enterprise_context(request, enterprise_id)
        users = User.objects.visible_to(request.user).filter(enterprise_id=enterprise_id)
        order = keyset.Order("nick", descending=False)
        rows = keyset.read(users.values(*USER_FIELDS), order=order, key=request.GET.get("after", ""))
        context |= {"rows": rows, "may_create": _may_create_users(request, enterprise_id)}
        return render(request, "tenants/enterprise_users.html", context)


class Properties(Page):
    """Texts by name, one to a line."""

    failed_to = gettext_lazy("The properties were not changed")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        return self._show(request, context, lines_of(context["enterprise"].properties))

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        typed = request.POST.get("properties", "")
        try:
            services.set_properties(
                actor=request.user, enterprise=context["enterprise"], properties=properties_of(typed)
            )
        except DomainError as error:
            fault = fault_of(error, request, what=str(self.failed_to))
            return self._show(request, context, typed, fault)
        return redirect("tenants:enterprise_properties", enterprise_id)

    def _show(
        self, request: HttpRequest, context: dict[str, Any], typed: str, error: Any = None
    ) -> HttpResponse:
        context |= {"typed": typed, "error": error, "may_change": may(request.user, PROPERTIES)}
        status = 409 if error else 200
        return render(request, "tenants/enterprise_properties.html", context, status=status)


class History(Page):
    """What was done to the enterprise itself, with what changed."""

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        events = Event.objects.visible_to(request.user).about("enterprise", enterprise_id)
        rows = keyset.read(
            events.values(*EVENT_FIELDS), order=keyset.Order(), key=request.GET.get("after", "")
        )
        return render(request, "tenants/enterprise_history.html", context | {"rows": rows})


def _may_create_users(request: HttpRequest, enterprise_id: int) -> Decision:
    decision = may(request.user, MANAGE_USERS)
    if decision and enterprise_id != request.user.enterprise_id:
        return may(request.user, MANAGES_OTHERS)
    return decision


def _known(request: HttpRequest, enterprise: Enterprise | None) -> Enterprise | None:
    if enterprise is None:
        return None
    return Enterprise.objects.visible_to(request.user).filter(pk=enterprise.pk).first()
