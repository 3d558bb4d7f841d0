"""The machine page: a live header with every action and its reason, and one tab at a time."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.ui.presenting import waiting_on
from billing.models import UsageRecord
from billing.quotes import quote
from billing.services import prices_in_force
from compute import services
from compute.models import Disk, DiskKind, VirtualMachine
from compute.sagas.commands import host_name_of
from compute.states import actions_of, shown_state
from compute.ui.deploying import force_fields, force_of
from compute.ui.forms import HardwareForm
from core.errors import DomainError
from core.ui import keyset
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from events.models import Event
from infrastructure.models import HardwareProfile
from networking.models import Nic
from operations.models import Operation
from operations.ui.event_filter import EVENT_FIELDS
from operations.ui.presenting import tasks_of
from tenants.access import may
from tenants.models import SshKey

TABS = (
    ("overview", _("Overview")),
    ("console", _("Console")),
    ("hardware", _("Hardware")),
    ("network", _("Network")),
    ("guest", _("Guest set-up")),
    ("timeline", _("Timeline")),
    ("cost", _("Cost")),
)
POWER = ("power_on", "resume", "shut_down", "pause", "reset", "power_off")
SUBJECT = "virtual_machine"


class MachinePage(Page):
    def get(self, request: HttpRequest, machine_id: int, tab: str = "overview") -> HttpResponse:
        if tab not in dict(TABS):
            raise Http404
        machine = read_machine(request, machine_id)
        context = header_context(request, machine) | {"tab": tab, "tabs": tabs_of(machine)}
        context |= getattr(self, tab)(request, machine)
        if request.headers.get("HX-Target") == "tab-body":
            return render(request, f"compute/machine/_{tab}.html", context)
        return render(request, f"compute/machine/{tab}.html", context)

    def overview(self, request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        return self.network(request, machine) | {
            "quote": _quote(machine),
            "tasks": tasks_of(_operations(request, machine)[:3], request.user),
        }

    @staticmethod
    def console(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        return {}

    @staticmethod
    def hardware(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        sees_paths = "PHYS_DC_RETRIEVE_DETAILS" in request.user.privileges
        return {
            "disks": machine.disks.select_related("datastore", "template_disk__template"),
            "form": HardwareForm(
                initial={"vcpus": machine.vcpus, "memory_mib": machine.memory_mib},
                disks=_own_disks(request, machine),
            ),
            "profiles": HardwareProfile.objects.visible_to(request.user),
            "sees_paths": sees_paths,
            "images": services.usable_images(request.user, machine).select_related("template"),
            "quote": _quote(machine),
        }

    @staticmethod
    def network(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        nics = Nic.objects.visible_to(request.user).filter(virtual_machine_id=machine.id)
        return {"nics": nics.select_related("network", "lease")}

    @staticmethod
    def guest(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        guest = getattr(machine, "guest", None)
        chosen = (
            guest.keys.all()
            if guest and guest.chooses_keys
            else SshKey.objects.visible_to(request.user).filter(user=machine.owner)
        )
        return {
            "guest": guest,
            "keys": chosen,
            "sets_itself_up": services.sets_itself_up(machine.template),
            "host_name": machine.fqdn or host_name_of(machine),
            "may_change": may(request.user, "VDC_MANAGE_VAPP", machine),
            "may_see_password": may(request.user, "VM_RETRIEVE_INITIAL_PASSWORD", machine),
        }

    @staticmethod
    def timeline(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        events = Event.objects.visible_to(request.user).about(SUBJECT, machine.id).values(*EVENT_FIELDS)
        rows = keyset.read(events, order=keyset.Order(), key=request.GET.get("after", ""))
        return {
            "rows": rows,
            "hide_subject": True,
            "tasks": tasks_of(_operations(request, machine)[:10], request.user),
        }

    @staticmethod
    def cost(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
        usage = UsageRecord.objects.visible_to(request.user).filter(virtual_machine_id=machine.id)
        return {"quote": _quote(machine), "usage": usage.order_by("-opened_at")[:50]}


class Reconfigure(Page):
    """Another size. A refusal comes back inside the form, a soft limit with the choice to pass it."""

    def post(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        machine = read_machine(request, machine_id)
        form = HardwareForm(request.POST, disks=_own_disks(request, machine))
        error, soft = None, False
        if form.is_valid():
            options = {"correlation_id": request.correlation_id}
            try:
                options["force"] = force_of(request)
                services.update_virtual_machine(
                    actor=request.user, machine_id=machine.id, **form.size, **options
                )
            except DomainError as refused:
                error = fault_of(refused, request, what=gettext("The size was not changed"))
                soft = getattr(refused, "soft", False)
            else:
                tab = reverse("compute:machine_tab", args=[machine.id, "hardware"])
                return told("", location=tab) if request.headers.get("HX-Request") else redirect(tab)
        context = header_context(request, machine) | MachinePage.hardware(request, machine)
        context |= {"tab": "hardware", "tabs": tabs_of(machine), "form": form, "error": error, "soft": soft}
        context |= force_fields(request)
        return render(request, "compute/machine/hardware.html", context)


def tabs_of(machine: VirtualMachine) -> list[tuple[str, Any]]:
    """The tabs of the machine's page; that of the guest only where somebody sets it up."""
    shows_guest = services.sets_itself_up(machine.template) or hasattr(machine, "guest")
    return [(name, title) for name, title in TABS if name != "guest" or shows_guest]


class MachineHeader(Page):
    """The header alone, asked for when something changed."""

    def get(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        context = header_context(request, read_machine(request, machine_id))
        return render(request, "compute/machine/_header.html", context)


def read_machine(request: HttpRequest, machine_id: int) -> VirtualMachine:
    """The machine with all that its pages name, or 404 when the actor may not see it."""
    machines = VirtualMachine.objects.visible_to(request.user).with_locked()
    related = (
        "virtual_appliance",
        "virtual_datacenter__datacenter",
        "template__line__current",
        "owner",
        "host",
        "hardware_profile",
        "enterprise",
        "guest",
    )
    return get_object_or_404(machines.select_related(*related), pk=machine_id)


def header_context(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
    decided = {
        action.name: {"action": action, "decision": decision}
        for action, decision in actions_of(
            state=machine.state, locked=machine.locked, actor=request.user, machine=machine
        )
    }
    running = (
        Operation.objects.visible_to(request.user).holding(SUBJECT, machine.id).prefetch_related("steps")
        if machine.locked
        else ()
    )
    task = next(iter(tasks_of(running, request.user)), None)
    beside = _operations(request, machine).filter(active_key__startswith="disk:")
    return {
        "machine": machine,
        "shown_state": shown_state(machine.state, machine.locked),
        "actions": decided,
        "power": [decided[name] for name in POWER if name in decided],
        "running": task,
        "beside": tasks_of(beside, request.user) if machine.host_id else [],
        "approval": waiting_on(request.user, task["id"]) if task and task["waits"] else None,
        "sees_host": "PHYS_DC_RETRIEVE_DETAILS" in request.user.privileges,
    }


def _operations(request: HttpRequest, machine: VirtualMachine):
    return Operation.objects.visible_to(request.user).about(SUBJECT, machine.id).prefetch_related("steps")


def _own_disks(request: HttpRequest, machine: VirtualMachine) -> list[Disk]:
    """The disks of the machine that the actor may enlarge."""
    if not may(request.user, services.DISKS_PRIVILEGE, machine):
        return []
    return list(machine.disks.exclude(kind=DiskKind.CDROM))


def _quote(machine: VirtualMachine):
    return quote(
        prices_in_force(), vcpus=machine.vcpus, memory_mib=machine.memory_mib, disk_mib=machine.disk_mib
    )
