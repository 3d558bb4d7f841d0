"""The machine list: filters, sort, pages by key, and single rows on request of the live updates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from compute.states import ACTIONS
from compute.ui.filters import MachineFilter, datacenter_choices, whole_number
from compute.ui.rows import complete, machine_values, rows_html
from core.ui import keyset
from core.ui.pages import Page

BULK = ("deploy", "power_on", "shut_down", "power_off", "undeploy", "delete")
MOST_ROWS = 100


class Machines(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = MachineFilter.read(request.GET)
        machines = wanted.apply(machine_values(request.user), request.user)
        page = keyset.read(machines, order=wanted.order, key=request.GET.get("after", ""))
        context = {
            "rows": page,
            "machine_rows": rows_html(complete(page.rows, request.user)),
            "wanted": wanted,
            "chips": wanted.chips(),
            "bulk_actions": [ACTIONS[name] for name in BULK],
        }
        if request.headers.get("HX-Target") == "machines":
            return render(request, "compute/_machine_table.html", context)
        context["virtual_datacenters"] = datacenter_choices(request.user)
        return render(request, "compute/machines.html", context)


class MachineRows(Page):
    """Rows by id, for pages that already show them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        parts = request.GET.get("ids", "").split(",")[:MOST_ROWS]
        ids = [number for number in map(whole_number, parts) if number is not None]
        rows = machine_values(request.user).filter(id__in=ids).order_by()
        return HttpResponse(rows_html(complete(rows, request.user), brief="brief" in request.GET))
