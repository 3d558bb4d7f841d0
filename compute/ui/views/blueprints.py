"""Using a blueprint in a virtual datacenter, and saving an appliance as one."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from catalogue.services.blueprints import MANAGE
from catalogue.ui.blueprints.browsing import read_blueprint, read_version
from catalogue.ui.blueprints.drawing import drawing_of
from compute import services
from compute.models import VirtualAppliance
from compute.ui.deploying import force_fields, force_of
from compute.ui.saving import SaveBlueprintForm
from compute.ui.using import Using, choices_of, chosen_place, may_start, places, shown, starts_of
from compute.ui.views.virtual_appliance import read_appliance
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page
from tenants.access import require


class Use(Page):
    """The form, with the plan beside it. What can be chosen depends on the place."""

    failed_to = gettext_lazy("Nothing was made")

    def get(self, request: HttpRequest, blueprint_id: int, version_id: int | None = None) -> HttpResponse:
        return self.shown(request, blueprint_id, version_id)

    def post(self, request: HttpRequest, blueprint_id: int, version_id: int | None = None) -> HttpResponse:
        using = read_using(request, blueprint_id, version_id)
        if using is None:
            return self.shown(request, blueprint_id, version_id)
        try:
            operation = services.materialise_blueprint(
                actor=request.user,
                version=using.version,
                virtual_datacenter=using.virtual_datacenter,
                choices=using.choices,
                starts=using.starts,
                force=force_of(request),
                fingerprint=request.POST.get("fingerprint", ""),
                idempotency_key=request.POST.get("key") or None,
                correlation_id=request.correlation_id,
            )
        except DomainError as error:
            fault = fault_of(error, request, what=str(self.failed_to))
            return self.shown(request, blueprint_id, version_id, fault)
        return redirect("compute:virtual_appliance", operation.resource_id)

    def shown(
        self,
        request: HttpRequest,
        blueprint_id: int,
        version_id: int | None,
        error: dict[str, Any] | None = None,
    ) -> HttpResponse:
        using = read_using(request, blueprint_id, version_id)
        context = {"blueprint": read_blueprint(request, blueprint_id), "error": error, "key": uuid4().hex}
        if using is not None:
            context |= context_of(request, using)
        return render(request, "compute/use_blueprint.html", context, status=409 if error else 200)


class UsePlan(Page):
    """The plan alone, asked for whenever the form changes."""

    failed_to = gettext_lazy("There is no plan")

    def post(self, request: HttpRequest, blueprint_id: int, version_id: int | None = None) -> HttpResponse:
        using = read_using(request, blueprint_id, version_id)
        context = context_of(request, using) if using else {}
        return render(request, "compute/_blueprint_plan.html", context)


class Save(Page):
    """An appliance becomes a blueprint, or a further version of one."""

    failed_to = gettext_lazy("No blueprint was made")

    def get(self, request: HttpRequest, appliance_id: int) -> HttpResponse:
        appliance = self._appliance(request, appliance_id)
        keeps = bool(request.GET.get("keeps_addresses"))
        initial = {"name": appliance.name, "keeps_addresses": keeps}
        form = SaveBlueprintForm(actor=request.user, appliance=appliance, initial=initial)
        return self._show(request, appliance, form, keeps)

    def post(self, request: HttpRequest, appliance_id: int) -> HttpResponse:
        appliance = self._appliance(request, appliance_id)
        form = SaveBlueprintForm(request.POST, actor=request.user, appliance=appliance)
        keeps, error = bool(request.POST.get("keeps_addresses")), None
        if form.is_valid():
            try:
                version = form.save(request.user)
                return redirect("catalogue:blueprint_version", version.blueprint_id, version.pk)
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self._show(request, appliance, form, keeps, error)

    @staticmethod
    def _appliance(request: HttpRequest, appliance_id: int) -> VirtualAppliance:
        appliance = read_appliance(request, appliance_id)
        require(request.user, MANAGE, appliance)
        return appliance

    @staticmethod
    def _show(
        request: HttpRequest,
        appliance: VirtualAppliance,
        form: SaveBlueprintForm,
        keeps: bool,
        error: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = services.describe(actor=request.user, virtual_appliance=appliance, keeps_addresses=keeps)
        context = {
            "appliance": appliance,
            "form": form,
            "error": error,
            "content": found.content,
            "left_out": found.left_out,
            "drawing": drawing_of(found.content) if found.content else None,
        }
        refused = bool(error or form.errors)
        return render(request, "compute/save_blueprint.html", context, status=409 if refused else 200)


def read_using(request: HttpRequest, blueprint_id: int, version_id: int | None) -> Using | None:
    """What was chosen; None where there is no virtual datacenter. 404 for what is not to be seen."""
    sent = request.POST if request.method == "POST" else request.GET
    version = read_version(request, read_blueprint(request, blueprint_id), version_id)
    vdc = chosen_place(places(request.user), sent.get("virtual_datacenter"))
    if vdc is None:
        return None
    return Using(version, vdc, choices_of(sent), starts_of(request, vdc))


def context_of(request: HttpRequest, using: Using) -> dict[str, Any]:
    vdc, found = using.virtual_datacenter, using.validate(request.user)
    return force_fields(request) | {
        "version": using.version,
        "vdc": vdc,
        "virtual_datacenters": places(request.user),
        "may_use": services.may_use_blueprints(request.user, vdc),
        "may_start": may_start(request.user, vdc),
        "starts": using.starts,
        "chosen_name": using.choices.name,
        "terms_accepted": using.choices.terms_accepted,
        "questions": [shown(question) for question in found.resolution.questions],
        "plan": found.as_dict(request.user),
        "terms": found.resolution.terms,
    }
