"""Virtual datacenters: the tenant's share of a location, with its appliances, networks and limits."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute import services
from compute.models import VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.ui.forms import DatacenterForm, DatacenterLimitsForm
from compute.ui.views.virtual_appliance import with_states
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from infrastructure.limit_bars import limit_bars
from networking.models import Network
from tenants.access import may

MOST = 200


class Datacenters(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        fields = ("id", "name", "hypervisor_type", "created_at", "datacenter__name", "enterprise__name")
        rows = list(VirtualDatacenter.objects.visible_to(request.user).values(*fields)[:MOST])
        counts = machine_counts(request, [row["id"] for row in rows])
        for row in rows:
            row |= counts.get(row["id"], {"machines": 0, "running": 0})
        context = {"rows": rows, "may_create": may(request.user, "VDC_MANAGE")}
        return render(request, "compute/virtual_datacenters.html", context)


class DatacenterPage(Page):
    def get(self, request: HttpRequest, vdc_id: int) -> HttpResponse:
        vdc = read_vdc(request, vdc_id)
        appliances = VirtualAppliance.objects.visible_to(request.user).filter(virtual_datacenter=vdc)
        rows = list(appliances.order_by("name").values("id", "name", "created_at")[:MOST])
        context = {
            "vdc": vdc,
            "appliances": with_states(rows, request.user),
            "networks": networks_of(request, vdc),
            "limits": limit_bars(vdc, services.extent_of(vdc)),
            "counts": machine_counts(request, [vdc.id]).get(vdc.id, {"machines": 0, "running": 0}),
            "may_manage": may(request.user, "VDC_MANAGE", vdc),
            "may_group": may(request.user, "VDC_MANAGE_VAPP", vdc),
        }
        return render(request, "compute/virtual_datacenter.html", context)


class Create(Page):
    failed_to = gettext_lazy("The virtual datacenter was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = DatacenterForm(actor=request.user)
        return self._show(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DatacenterForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        try:
            vdc = services.create_virtual_datacenter(
                actor=request.user, enterprise=request.user.enterprise, **form.cleaned_data
            )
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("compute:virtual_datacenter", vdc.id)

    def _show(
        self, request: HttpRequest, form: DatacenterForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "form": form,
            "error": error,
            "title": _("New virtual datacenter"),
            "verb": _("Create"),
            "lead": _(
                "Your share of a location: machines, networks and limits of their own. "
                "A private network comes with it."
            ),
            "back_url": reverse("compute:virtual_datacenters"),
        }
        return render(request, "components/form_page.html", context, status=409 if error else 200)


class Edit(Page):
    """Name and limits. 0 is no limit."""

    failed_to = gettext_lazy("The virtual datacenter was not changed")

    def get(self, request: HttpRequest, vdc_id: int) -> HttpResponse:
        vdc = read_vdc(request, vdc_id)
        return self._show(request, vdc, DatacenterLimitsForm(initial=vars(vdc)))

    def post(self, request: HttpRequest, vdc_id: int) -> HttpResponse:
        vdc, form = read_vdc(request, vdc_id), DatacenterLimitsForm(request.POST)
        if not form.is_valid():
            return self._show(request, vdc, form)
        try:
            services.update_virtual_datacenter(
                actor=request.user, virtual_datacenter=vdc, **form.cleaned_data
            )
        except DomainError as error:
            return self._show(request, vdc, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("compute:virtual_datacenter", vdc.id)

    def _show(
        self, request: HttpRequest, vdc: VirtualDatacenter, form: Any, error: Any = None
    ) -> HttpResponse:
        context = {
            "form": form,
            "error": error,
            "title": _("Change %(name)s") % {"name": vdc.name},
            "verb": _("Save"),
            "pairs": True,
            "lead": _("0 is no limit. Up to the soft limit nobody is asked; the hard limit can't be passed."),
            "back_url": reverse("compute:virtual_datacenter", args=[vdc.id]),
        }
        return render(request, "components/form_page.html", context, status=409 if error else 200)


class Delete(Page):
    failed_to = gettext_lazy("The virtual datacenter was not deleted")

    def get(self, request: HttpRequest, vdc_id: int) -> HttpResponse:
        vdc = read_vdc(request, vdc_id)
        networks = [_("Network %(name)s") % {"name": each["name"]} for each in networks_of(request, vdc)]
        context = {
            "title": _("Delete %(name)s?") % {"name": vdc.name},
            "text": _("Only virtual datacenters without appliances can be deleted."),
            "losses": networks,
            "type_name": vdc.name,
            "verb": _("Delete"),
            "action": reverse("compute:delete_virtual_datacenter", args=[vdc.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, vdc_id: int) -> HttpResponse:
        vdc = read_vdc(request, vdc_id)
        services.delete_virtual_datacenter(actor=request.user, virtual_datacenter=vdc)
        text = _("%(name)s was deleted.") % {"name": vdc.name}
        return told(text, location=reverse("compute:virtual_datacenters"))


def read_vdc(request: HttpRequest, vdc_id: int) -> VirtualDatacenter:
    vdcs = VirtualDatacenter.objects.visible_to(request.user).select_related("datacenter", "enterprise")
    return get_object_or_404(vdcs, pk=vdc_id)


def machine_counts(request: HttpRequest, vdc_ids: list[int]) -> dict[int, dict[str, int]]:
    """Machines and running ones per virtual datacenter, with one query."""
    counts: dict[int, dict[str, int]] = {}
    machines = VirtualMachine.objects.visible_to(request.user).filter(virtual_datacenter_id__in=vdc_ids)
    grouped = machines.order_by().values_list("virtual_datacenter_id", "state").annotate(number=Count("id"))
    for vdc_id, state, number in grouped:
        line = counts.setdefault(vdc_id, {"machines": 0, "running": 0})
        line["machines"] += number
        line["running"] += number if state == "ON" else 0
    return counts


def networks_of(request: HttpRequest, vdc: VirtualDatacenter) -> list[dict[str, Any]]:
    networks = Network.objects.visible_to(request.user).filter(virtual_datacenter_id=vdc.id)
    fields = ("id", "name", "address", "prefix_length", "gateway", "is_default")
    rows = list(networks.values(*fields).annotate(leased=Count("leases")).order_by("name"))
    for row in rows:
        row["capacity"] = 2 ** (32 - row["prefix_length"]) - 3
    return rows
