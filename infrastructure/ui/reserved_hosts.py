"""The hosts reserved for an enterprise, and those that could be."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from core.ui.pages import Page
from infrastructure.models import Host
from infrastructure.querysets import DETAILS
from infrastructure.services import release_host, reserve_host
from infrastructure.services.reservations import RESERVE
from tenants.access import may, require
from tenants.ui.tabs import EnterpriseTab, enterprise_context, register

TAB = "infrastructure:reserved_hosts"
COLUMNS = ("id", "name", "vcpus", "memory_mib", "rack__name", "datacenter__name")
MOST = 50
register(EnterpriseTab(gettext_lazy("Reserved hosts"), TAB, 36, privilege=DETAILS))


class ReservedHosts(Page):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        require(request.user, DETAILS)
        hosts = Host.objects.visible_to(request.user).order_by("datacenter__name", "name")
        wanted = request.GET.get("q", "").strip()
        free = hosts.reservable_for(enterprise_id).filter(name__icontains=wanted)
        decision = may(request.user, RESERVE)
        found = list(free.values(*COLUMNS)[: MOST + 1]) if decision else []
        context |= {
            "reserved": hosts.filter(reserved_for_id=enterprise_id).values(*COLUMNS)[:MOST],
            "free": found[:MOST],
            "more": len(found) > MOST,
            "q": wanted,
            "may_reserve": decision,
        }
        return render(request, "infrastructure/reserved_hosts.html", context)


class Reserve(Page):
    failed_to = gettext_lazy("The host was not reserved")
    change = staticmethod(reserve_host)
    told = gettext_lazy("%(host)s takes machines of %(enterprise)s only.")

    def post(self, request: HttpRequest, enterprise_id: int, host_id: int) -> HttpResponse:
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        hosts = Host.objects.visible_to(request.user).select_related("datacenter")
        host = get_object_or_404(hosts, pk=host_id)
        self.change(actor=request.user, host=host, enterprise=enterprise)
        messages.success(request, self.told % {"host": host, "enterprise": enterprise})
        return redirect(TAB, enterprise_id)


class Release(Reserve):
    failed_to = gettext_lazy("The host was not released")
    change = staticmethod(release_host)
    told = gettext_lazy("%(host)s takes machines of everybody again.")
