"""The one-page deploy form: image, size, place, network, name and count, with the plan beside it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import GuestSetup, Template
from catalogue.ui.views import cards
from compute import services
from compute.models import VirtualAppliance, VirtualDatacenter
from compute.ui.deploying import deploy_all, force_fields, force_of, plan_of
from compute.ui.filters import whole_number
from compute.ui.forms import DeployForm
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page
from infrastructure.models import HardwareProfile
from networking.models import Network
from tenants.access import may, may_somewhere

DEPLOY = "VAPP_DEPLOY_UNDEPLOY"
FAILED = gettext_lazy("Nothing was deployed")


class Deploy(Page):
    failed_to = FAILED

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET[name] for name in ("template", "name", "size") if request.GET.get(name)}
        initial = {"count": 1, "size": "image", "empty_disk_gib": 10} | asked
        initial["virtual_datacenter"] = _place(request)
        return self._show(request, DeployForm(actor=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DeployForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self._show(request, form)
        try:
            options = {"force": force_of(request), "draft": "draft" in request.POST}
            result = deploy_all(request, form.cleaned_data, **options)
        except DomainError as error:
            return self._show(request, form, fault_of(error, request, what=str(self.failed_to)))
        if result.refused:
            return self._show(request, form, fault_of(result.refused, request, what=result.headline))
        if result.repeated:
            messages.info(request, _("This form was sent before. These are the machines it made."))
        if result.wanted == len(result.machines) == 1:
            return redirect("compute:machine", result.machines[0].id)
        return redirect("compute:machines")

    def _show(
        self, request: HttpRequest, form: DeployForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = choices(request, form) | force_fields(request) | {"form": form, "error": error}
        # Whoever was shown what became of the last one means something new with the next.
        context["key"] = uuid4().hex
        context["full_clone"] = bool(request.POST.get("full_clone"))
        context["asked_appliance"] = whole_number(
            request.POST.get("virtual_appliance") or request.GET.get("vapp")
        )
        vdc = context["vdc"]
        context["may_deploy"] = may(request.user, DEPLOY, vdc) if vdc else may_somewhere(request.user, DEPLOY)
        if form.is_bound and form.is_valid():
            context |= plan_context(request, form)
        return render(request, "compute/deploy.html", context, status=409 if error else 200)


class Plan(Page):
    """The sticky summary alone, asked for whenever the form changes."""

    failed_to = gettext_lazy("There is no plan")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DeployForm(request.POST, actor=request.user)
        context: dict[str, Any] = force_fields(request) | {"form": form}
        if form.is_valid():
            context |= plan_context(request, form)
        else:
            context["missing"] = form.problems()
            context["waits"] = not request.POST.get("template")
        return render(request, "compute/_deploy_plan.html", context)


def plan_context(request: HttpRequest, form: DeployForm) -> dict[str, Any]:
    """The plan of a valid form, who would have to approve it, and the terms its template has."""
    plan = plan_of(form.cleaned_data)
    return {
        "plan": plan.as_dict(request.user),
        "approval": services.foreseen_approval(request.user, plan),
        "terms": form.cleaned_data["template"].terms,
        "terms_accepted": bool(request.POST.get("terms_accepted")),
    }


def choices(request: HttpRequest, form: DeployForm) -> dict[str, Any]:
    """What can be chosen; appliances and networks are those of the chosen virtual datacenter."""
    actor = request.user
    datacenters = list(
        VirtualDatacenter.objects.visible_to(actor).select_related("datacenter", "enterprise")[:200]
    )
    chosen = str(form["virtual_datacenter"].value() or "")
    vdc = next(
        (each for each in datacenters if str(each.id) == chosen), datacenters[0] if datacenters else None
    )
    appliances = VirtualAppliance.objects.visible_to(actor).filter(virtual_datacenter=vdc)
    networks = Network.objects.visible_to(actor).filter(virtual_datacenter_id=vdc.id if vdc else 0)
    named = whole_number(str(form["template"].value() or ""))
    templates = Template.objects.visible_to(actor).offered_for_machines(named)
    self_setting = templates.filter(guest_setup=GuestSetup.CLOUD_INIT).values_list("pk", flat=True)
    optical = templates.filter(disks__optical=True).exclude(disks__optical=False)
    return {
        "optical": ",".join(map(str, optical.values_list("pk", flat=True).distinct())),
        "self_setting": ",".join(map(str, self_setting)),
        "templates": cards(
            templates.filter(repository__datacenter_id=vdc.datacenter_id) if vdc else templates, actor
        ),
        "profiles": HardwareProfile.objects.visible_to(actor).filter(active=True),
        "virtual_datacenters": datacenters,
        "vdc": vdc,
        "appliances": appliances.order_by("name")[:200],
        "networks": networks.order_by("-is_default", "name"),
        "may_create_vdc": may(actor, "VDC_MANAGE"),
    }


def _place(request: HttpRequest) -> str:
    """The virtual datacenter asked for, or the one of the appliance asked for."""
    vapp = whole_number(request.GET.get("vapp"))
    if vapp is not None:
        appliance = VirtualAppliance.objects.visible_to(request.user).filter(pk=vapp).first()
        return str(appliance.virtual_datacenter_id) if appliance else ""
    return request.GET.get("virtual_datacenter", "")
