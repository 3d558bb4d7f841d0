"""The guest of a machine: what it is told, its first password; and a look at user data while it is typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute import services
from compute.guests.user_data import UnusableUserData, checked_user_data
from compute.models import VirtualMachine
from compute.states import MachineState
from compute.ui.guest_forms import ALL, CHOSEN, GuestForm
from compute.ui.views.machine import header_context, read_machine
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from networking.models import Nic
from tenants.access import require

MANAGE = "VDC_MANAGE_VAPP"
KEPT_WHILE_DEPLOYED = ("fqdn", "variables")


class Change(Page):
    """The form with what is kept now; only for who may change it, since it shows the user data."""

    failed_to = gettext_lazy("The guest's set-up was not changed")

    def get(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        machine = read_machine(request, machine_id)
        require(request.user, MANAGE, machine)
        return self._show(request, machine, _form(request, machine, initial=_kept(machine)))

    def post(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        machine = read_machine(request, machine_id)
        require(request.user, MANAGE, machine)
        form = _form(request, machine, request.POST, initial=_kept(machine))
        if not form.is_valid():
            return self._show(request, machine, form)
        try:
            services.change_guest(
                actor=request.user,
                machine_id=machine.id,
                correlation_id=request.correlation_id,
                **form.arguments,
            )
        except DomainError as error:
            return self._show(request, machine, form, fault_of(error, request, what=str(self.failed_to)))
        return redirect("compute:machine_tab", machine.id, "guest")

    @staticmethod
    def _show(
        request: HttpRequest, machine: VirtualMachine, form: GuestForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = header_context(request, machine) | {"form": form, "error": error}
        status = 409 if error or form.errors else 200
        response = render(request, "compute/machine/guest_change.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class Password(Page):
    """The first password, in a dialog. Asked for by POST: looking is written down."""

    failed_to = gettext_lazy("The password is not shown")

    def post(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        machine = read_machine(request, machine_id)
        password = services.reveal_guest_password(actor=request.user, machine_id=machine.id)
        context = {"machine": machine, "password": password}
        response = render(request, "compute/machine/password_dialog.html", context)
        response["Cache-Control"] = "no-store"
        return response


class ResetPassword(Page):
    """A new first password with the next deployment."""

    failed_to = gettext_lazy("No new password will be made")

    def post(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        machine = read_machine(request, machine_id)
        services.reset_guest_password(actor=request.user, machine_id=machine.id)
        tab = reverse("compute:machine_tab", args=[machine.id, "guest"])
        if not request.headers.get("HX-Request"):
            return redirect(tab)
        return told(_("The next deployment makes a new password."), location=tab)


class CheckUserData(Page):
    """What would be said to this user data; nothing is kept of it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        text = (request.POST.get("guest-user_data") or request.POST.get("user_data") or "").replace(
            "\r\n", "\n"
        )
        context: dict[str, Any] = {}
        try:
            context["found"] = checked_user_data(text) if text.strip() else None
        except UnusableUserData as error:
            context["refused"] = error
        return render(request, "compute/_user_data_check.html", context)


def _form(request: HttpRequest, machine: VirtualMachine, *data: Any, initial: dict[str, Any]) -> GuestForm:
    os_type = machine.template.os_type if machine.template else ""
    form = GuestForm(
        *data,
        initial=initial,
        actor=request.user,
        owner_id=machine.owner_id,
        os_type=os_type,
        cards=_cards_of(request, machine),
    )
    if machine.state != MachineState.NOT_ALLOCATED:
        for name in KEPT_WHILE_DEPLOYED:
            form.fields[name].disabled = True
    return form


def _cards_of(request: HttpRequest, machine: VirtualMachine) -> list[tuple[int, str]]:
    nics = Nic.objects.visible_to(request.user).filter(virtual_machine_id=machine.id)
    rows = nics.order_by("position").values_list("position", "network__name", "lease__ip")
    return [(place, " · ".join(filter(None, (f"{place + 1}", name, ip)))) for place, name, ip in rows]


def _kept(machine: VirtualMachine) -> dict[str, Any]:
    guest = getattr(machine, "guest", None)
    kept = {"fqdn": machine.fqdn, "variables": machine.variables, "which_keys": ALL}
    if guest is None:
        return kept
    return kept | {
        "user_data": services.user_data_of(machine),
        "static_addresses": guest.static_addresses,
        "dhcp_cards": guest.dhcp_cards,
        "which_keys": CHOSEN if guest.chooses_keys else ALL,
        "keys": guest.keys.all(),
    }
