"""The locations of an enterprise: where it may create virtual datacenters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from core.ui.pages import Page
from infrastructure.models import Datacenter
from infrastructure.services import close_to, open_to
from tenants.access import may
from tenants.ui.tabs import EnterpriseTab, enterprise_context, register

MANAGE = "USERS_MANAGE_ENTERPRISE"

register(EnterpriseTab(gettext_lazy("Locations"), "infrastructure:enterprise_locations", 30))


class Locations(Page):
    """Those that are open, and those that could be opened."""

    failed_to = gettext_lazy("The location was not changed")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        visible = Datacenter.objects.visible_to(request.user).order_by("name")
        opened = list(visible.filter(enterprises=enterprise_id))
        decision = may(request.user, MANAGE)
        context |= {
            "opened": opened,
            "closed": visible.exclude(pk__in=[each.pk for each in opened]) if decision else (),
            "may_manage": decision,
        }
        return render(request, "infrastructure/enterprise_locations.html", context)


class Open(Page):
    failed_to = gettext_lazy("The location was not opened")
    change = staticmethod(open_to)

    def post(self, request: HttpRequest, enterprise_id: int, datacenter_id: int) -> HttpResponse:
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        datacenter = get_object_or_404(Datacenter.objects.visible_to(request.user), pk=datacenter_id)
        self.change(actor=request.user, datacenter=datacenter, enterprise=enterprise)
        return redirect("infrastructure:enterprise_locations", enterprise_id)


class Close(Open):
    failed_to = gettext_lazy("The location was not closed")
    change = staticmethod(close_to)
