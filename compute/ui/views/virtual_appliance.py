"""Virtual appliances: groups of machines that belong together."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import BlueprintVersion
from catalogue.services.blueprints import CONSUME as USES_BLUEPRINTS
from catalogue.services.blueprints import MANAGE as MANAGES_BLUEPRINTS
from compute import services
from compute.models import VirtualAppliance, VirtualMachine
from compute.states import ACTIONS, MachineState, appliance_state, shown_state
from compute.ui.forms import ApplianceForm
from compute.ui.rows import complete, machine_values, rows_html
from compute.ui.views.machine_list import BULK
from core.errors import DomainError
from core.ui import keyset
from core.ui.faults import fault_of
from core.ui.pages import Page, led_to, told
from operations.models import Operation
from tenants.access import MANAGES_RESTRICTED, may, may_somewhere

MOST_MACHINES = 200


class Appliances(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        appliances = VirtualAppliance.objects.visible_to(request.user).values(
            "id", "name", "created_at", "virtual_datacenter_id", "virtual_datacenter__name"
        )
        rows = keyset.read(appliances, order=keyset.Order(), key=request.GET.get("after", ""))
        context = {"rows": rows, "appliances": with_states(rows.rows, request.user)}
        context["may_create"] = may_somewhere(request.user, "VDC_MANAGE_VAPP")
        context["may_use"] = may_somewhere(request.user, USES_BLUEPRINTS)
        return render(request, "compute/virtual_appliances.html", context)


class AppliancePage(Page):
    def get(self, request: HttpRequest, appliance_id: int) -> HttpResponse:
        try:
            appliance = read_appliance(request, appliance_id)
        except Http404:
            # What could not be made is gone again: the page that waited for it goes on, the task says why.
            if request.headers.get("HX-Request"):
                return led_to(request, reverse("compute:virtual_appliances"))
            raise
        machines = machine_values(request.user).filter(virtual_appliance_id=appliance.id).order_by("-id")
        rows = complete(machines[:MOST_MACHINES], request.user)
        context = {
            "appliance": appliance,
            "machines": rows,
            "machine_rows": rows_html(rows),
            "may_manage": may(request.user, "VDC_MANAGE_VAPP", appliance),
            "may_save": may(request.user, MANAGES_BLUEPRINTS, appliance),
            "origin": origin_of(request, appliance),
            "may_restrict": may(request.user, MANAGES_RESTRICTED, appliance),
            "why_thing": f"virtual_appliance:{appliance.id}",
            "is_being_made": services.is_being_made(appliance),
            "state": state_of(appliance, rows),
            "subjects": " ".join(f"virtual_machine:{row['id']}" for row in rows),
            "bulk_actions": [ACTIONS[name] for name in BULK],
        }
        if request.headers.get("HX-Target") == "appliance-state":
            return render(request, "compute/_appliance_state.html", context)
        return render(request, "compute/virtual_appliance.html", context)


class Restrict(Page):
    """Restricts the appliance to those who see and manage such, or opens it to all again."""

    failed_to = gettext_lazy("The virtual appliance was not changed")

    def post(self, request: HttpRequest, appliance_id: int) -> HttpResponse:
        appliance = read_appliance(request, appliance_id)
        restricted = request.POST.get("restricted") == "1"
        services.update_virtual_appliance(
            actor=request.user, virtual_appliance=appliance, restricted=restricted
        )
        return redirect("compute:virtual_appliance", appliance.id)


class Create(Page):
    failed_to = gettext_lazy("The virtual appliance was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"virtual_datacenter": request.GET.get("vdc")}
        return self._show(request, ApplianceForm(actor=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ApplianceForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        try:
            appliance = services.create_virtual_appliance(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("compute:virtual_appliance", appliance.id)

    def _show(
        self, request: HttpRequest, form: ApplianceForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "form": form,
            "error": error,
            "title": _("New virtual appliance"),
            "verb": _("Create"),
            "lead": _("A virtual appliance groups the machines of one application: web, database, cache."),
            "back_url": reverse("compute:virtual_appliances"),
        }
        return render(request, "components/form_page.html", context, status=409 if error else 200)


class Delete(Page):
    failed_to = gettext_lazy("The virtual appliance was not deleted")

    def get(self, request: HttpRequest, appliance_id: int) -> HttpResponse:
        appliance = read_appliance(request, appliance_id)
        machines = VirtualMachine.objects.visible_to(request.user).filter(virtual_appliance=appliance)
        context = {
            "title": _("Delete %(name)s?") % {"name": appliance.name},
            "text": _(
                "Only empty appliances can be deleted. Machines are deleted one by one, with their disks."
            ),
            "losses": [machine.name for machine in machines[:20]],
            "verb": _("Delete"),
            "action": reverse("compute:delete_virtual_appliance", args=[appliance.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, appliance_id: int) -> HttpResponse:
        appliance = read_appliance(request, appliance_id)
        services.delete_virtual_appliance(actor=request.user, virtual_appliance=appliance)
        text = _("%(name)s was deleted.") % {"name": appliance.name}
        return told(text, location=reverse("compute:virtual_appliances"))


def state_of(appliance: VirtualAppliance, machines: list[dict[str, Any]]) -> str:
    """Derived from its machines, but locked while it is being made itself."""
    if services.is_being_made(appliance):
        return MachineState.LOCKED
    return appliance_state([row["shown_state"] for row in machines])


def origin_of(request: HttpRequest, appliance: VirtualAppliance) -> BlueprintVersion | None:
    """The version of a blueprint it comes from, if the actor may see that."""
    versions = BlueprintVersion.objects.visible_to(request.user).select_related("blueprint")
    return versions.filter(pk=appliance.origin_id).first()


def read_appliance(request: HttpRequest, appliance_id: int) -> VirtualAppliance:
    appliances = VirtualAppliance.objects.visible_to(request.user).select_related("virtual_datacenter")
    return get_object_or_404(appliances, pk=appliance_id)


def with_states(rows: list[dict[str, Any]], actor: Any) -> list[dict[str, Any]]:
    """Add derived state and number of machines to appliance rows, with two queries for all of them."""
    running = Operation.objects.visible_to(actor)
    making = set(
        running.active_on("virtual_appliance", [row["id"] for row in rows]).values_list(
            "resource_id", flat=True
        )
    )
    machines = VirtualMachine.objects.visible_to(actor).with_locked()
    counted = machines.filter(virtual_appliance_id__in=[row["id"] for row in rows]).order_by()
    states: dict[int, list[str]] = {row["id"]: [] for row in rows}
    for appliance_id, state, locked, number in counted.values_list(
        "virtual_appliance_id", "state", "locked"
    ).annotate(number=Count("id")):
        states[appliance_id] += [shown_state(state, locked)] * number
    for row in rows:
        row["state"] = MachineState.LOCKED if row["id"] in making else appliance_state(states[row["id"]])
        row["machine_count"] = len(states[row["id"]])
    return rows
