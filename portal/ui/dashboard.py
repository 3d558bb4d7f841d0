"""Home: what is mine, what runs, what costs, what needs me, and what to do first."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.ui.presenting import waiting_for
from billing.models import UsageRecord
from billing.quotes import quote
from billing.services import prices_in_force
from catalogue.models import Template
from compute.models import VirtualDatacenter, VirtualMachine
from compute.ui.rows import complete, machine_values, rows_html
from core.ui.pages import Page
from events.models import Event
from infrastructure.limit_bars import limit_bars
from infrastructure.models import Host
from operations.models import Operation
from operations.ui.event_filter import EVENT_FIELDS
from operations.ui.presenting import tasks_of
from tenants.access import may
from tenants.usage import Extent

SHOW_LIMITS = "ENTERPRISE_SHOW_STATS_LIMITS"
STATES = ("ON", "OFF", "PAUSED", "UNKNOWN", "NOT_ALLOCATED")


class Dashboard(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        actor = request.user
        counts = _machine_counts(actor)
        context = {
            "counts": counts,
            "total": sum(entry["number"] for entry in counts),
            "spend": _spend(actor),
            "limits": _limits(actor),
            "machine_rows": rows_html(complete(machine_values(actor).order_by("-id")[:8], actor), brief=True),
            "approvals": waiting_for(actor)[:5],
            "attention": tasks_of(_attention(actor), actor),
            "events": Event.objects.visible_to(actor).values(*EVENT_FIELDS)[:8],
            "checklist": _checklist(actor),
        }
        return render(request, "portal/dashboard.html", context)


def _machine_counts(actor: Any) -> list[dict[str, Any]]:
    machines = VirtualMachine.objects.visible_to(actor).order_by()
    numbers = dict(machines.values_list("state").annotate(number=Count("id")))
    return [{"state": state, "number": numbers.get(state, 0)} for state in STATES]


def _spend(actor: Any) -> Any:
    """The price of everything held now: the open intervals of the ledger."""
    held = UsageRecord.objects.visible_to(actor).filter(open_key__isnull=False)
    sums = held.aggregate(vcpus=Sum("vcpus"), memory_mib=Sum("memory_mib"), disk_mib=Sum("disk_mib"))
    return quote(prices_in_force(), **{name: value or 0 for name, value in sums.items()})


def _limits(actor: Any) -> list[dict[str, Any]]:
    if not may(actor, SHOW_LIMITS):
        return []
    return limit_bars(actor.enterprise, Extent(actor.enterprise_id))


def _attention(actor: Any):
    """The latest failed operations and those that left something behind."""
    operations = Operation.objects.visible_to(actor).filter(Q(status="failed") | Q(needs_attention=True))
    return operations.prefetch_related("steps")[:4]


def _checklist(actor: Any) -> list[dict[str, Any]]:
    """First steps with whether they are done; empty once all are."""
    steps = _administrator_steps(actor) if "PHYS_DC_RETRIEVE_DETAILS" in actor.privileges else []
    steps += [
        {
            "done": Template.objects.visible_to(actor).exists(),
            "name": _("An image to start from"),
            "text": _("Templates in the catalogue are what machines are made of."),
            "url": reverse("catalogue:templates"),
        },
        {
            "done": VirtualDatacenter.objects.visible_to(actor).exists(),
            "name": _("A virtual datacenter"),
            "text": _("Your share of a location, with a private network."),
            "url": reverse("compute:create_virtual_datacenter"),
        },
        {
            "done": VirtualMachine.objects.visible_to(actor).exclude(state="NOT_ALLOCATED").exists(),
            "name": _("A first machine"),
            "text": _("Choose an image, look at the plan, deploy."),
            "url": reverse("compute:deploy"),
        },
    ]
    return [] if all(step["done"] for step in steps) else steps


def _administrator_steps(actor: Any) -> list[dict[str, Any]]:
    return [
        {
            "done": Host.objects.visible_to(actor).filter(state="MANAGED").exists(),
            "name": _("A host that takes machines"),
            "text": _("A hypervisor in a rack of a datacenter."),
            "url": reverse("infrastructure:overview"),
        }
    ]
