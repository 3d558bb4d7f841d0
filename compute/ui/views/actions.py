"""Doing things to machines: one, confirmed where something is lost, or many with a preview."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute import services
from compute.models import VirtualMachine
from compute.states import ACTIONS, Action, decide
from compute.ui import confirming, instancing
from compute.ui.deploying import force_of
from compute.ui.filters import whole_number
from compute.ui.rows import complete, machine_values
from compute.ui.views.machine import read_machine
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from tenants.limits import Force

MOST_AT_ONCE = 100
Do = Callable[..., Any]
ELSEWHERE = ("console", "reconfigure", "set_up_guest", "reset_guest_password", "change_cdrom")


class Act(Page):
    """GET asks, where the action costs money or loses something; POST does it and opens the task drawer."""

    failed_to = gettext_lazy("This was not done")

    def get(self, request: HttpRequest, machine_id: int, action: str) -> HttpResponse:
        return self._ask(request, read_machine(request, machine_id), _action(action))

    def post(self, request: HttpRequest, machine_id: int, action: str) -> HttpResponse:
        machine, wanted = read_machine(request, machine_id), _action(action)
        if (
            confirming.needs_name(machine, action)
            and request.POST.get("typed_name", "").strip() != machine.name
        ):
            return self._ask(request, machine, wanted)
        try:
            operation = do(request, machine.id, action, force=force_of(request))
        except DomainError as error:
            what = _("%(action)s was not started for %(name)s") % {
                "action": wanted.title,
                "name": machine.name,
            }
            return self._ask(request, machine, wanted, fault_of(error, request, what=what))
        return _started(request, machine, action, operation)

    def _ask(
        self,
        request: HttpRequest,
        machine: VirtualMachine,
        action: Action,
        error: dict[str, Any] | None = None,
    ) -> HttpResponse:
        decision = decide(
            action, state=machine.state, locked=machine.locked, actor=request.user, machine=machine
        )
        context = confirming.question(machine, action, request.user)
        if action.name == "instance" and decision:
            context |= instancing.asked(request, machine)
        context |= {
            "error": error,
            "decision": decision,
            "action": reverse("compute:action", args=[machine.id, action.name]),
        }
        return render(request, "compute/confirm_action.html", context)


class Bulk(Page):
    """First a preview of who is skipped and why; with ``go`` it is done, with a result for each."""

    def post(self, request: HttpRequest, action: str) -> HttpResponse:
        wanted = _action(action)
        chosen = map(whole_number, request.POST.getlist("machine")[:MOST_AT_ONCE])
        ids = [number for number in chosen if number is not None]
        rows = complete(machine_values(request.user).filter(id__in=ids).order_by("name"), request.user)
        for row in rows:
            row["decision"] = decide(
                wanted, state=row["state"], locked=row["locked"], actor=request.user, machine=row
            )
        context = {"action": wanted, "machines": rows, "able": sum(1 for row in rows if row["decision"])}
        if "go" not in request.POST:
            context["warning"] = confirming.WARNINGS.get(action, "")
            return render(request, "compute/bulk_preview.html", context)
        for row in rows:
            if row["decision"]:
                row["refused"] = _try(request, row, action)
        context["started"] = sum(1 for row in rows if row["decision"] and not row["refused"])
        response = render(request, "compute/bulk_result.html", context)
        response.headers["HX-Trigger-After-Swap"] = "open-drawer"
        return response


def do(request: HttpRequest, machine_id: int, action: str, *, force: bool | Force = False) -> Any:
    """Call the service behind an action; the operation, or None when it was done at once."""
    common = {"actor": request.user, "machine_id": machine_id, "correlation_id": request.correlation_id}
    if action == "deploy":
        key = request.POST.get("key") or None
        fingerprint = request.POST.get("fingerprint", "")
        return services.deploy(**common, force=force, fingerprint=fingerprint, idempotency_key=key)
    if action == "instance":
        wanted = instancing.wanted_in(request)
        return services.make_instance(
            **common, wanted=wanted, force=force, idempotency_key=request.POST.get("key") or None
        )
    if action == "delete":
        return services.delete_virtual_machine(**common)
    return services.perform(**common, action_name=action)


def _try(request: HttpRequest, row: dict[str, Any], action: str) -> dict[str, Any] | None:
    try:
        do(request, row["id"], action)
    except DomainError as error:
        return fault_of(error, request, what=row["name"])
    return None


def _started(request: HttpRequest, machine: VirtualMachine, action: str, operation: Any) -> HttpResponse:
    """Close the dialog and open the drawer; a machine that is going away is left for the list."""
    page = reverse("compute:machine", args=[machine.id])
    on_its_page = page in request.headers.get("HX-Current-URL", "")
    location = reverse("compute:machines") if action == "delete" and on_its_page else ""
    text = _("%(name)s was deleted.") % {"name": machine.name} if operation is None else ""
    events = {"close-dialog": {}} | (
        {"open-drawer": {}} if operation else {"machines-changed": {"id": machine.id}}
    )
    return told(text, location=location, **events)


def _action(name: str) -> Action:
    if name not in ACTIONS or name in ELSEWHERE:
        raise Http404
    return ACTIONS[name]
