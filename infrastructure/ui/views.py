"""Datacenters, racks and hosts with what is used of them; for administrators of the infrastructure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.ui import keyset
from core.ui.pages import Page
from events.models import Event
from infrastructure.capacity import with_capacity
from infrastructure.models import Claim, Datacenter, Datastore, Host, RemoteService
from infrastructure.querysets import DETAILS
from infrastructure.services.health import SILENCE
from infrastructure.usage import claimed_by_datastore
from operations.models import Operation
from operations.ui.event_filter import EVENT_FIELDS
from tenants.access import require
from tenants.models import Enterprise

MOST_EVENTS = 20
MOST_CLAIMS = 100


class Overview(Page):
    """All datacenters, each with its racks as a heat map of hosts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, DETAILS)
        hosts = with_capacity(Host.objects.visible_to(request.user).order_by("rack__name", "name"))
        services = list(RemoteService.objects.visible_to(request.user))
        datacenters = [
            {
                "datacenter": each,
                "racks": _racks(hosts, each.id),
                "services": _services(services, each.id),
                "stores": _stores(request, each.id),
            }
            for each in Datacenter.objects.visible_to(request.user)
        ]
        return render(request, "infrastructure/overview.html", {"datacenters": datacenters})


class DatacenterPage(Page):
    def get(self, request: HttpRequest, datacenter_id: int) -> HttpResponse:
        require(request.user, DETAILS)
        datacenter = get_object_or_404(Datacenter.objects.visible_to(request.user), pk=datacenter_id)
        hosts = with_capacity(
            Host.objects.visible_to(request.user).filter(datacenter=datacenter).order_by("rack__name", "name")
        )
        entry = {
            "datacenter": datacenter,
            "racks": _racks(hosts, datacenter.id),
            "services": _services(list(RemoteService.objects.visible_to(request.user)), datacenter.id),
            "stores": _stores(request, datacenter.id),
        }
        return render(request, "infrastructure/datacenter.html", {"entry": entry})


class HostPage(Page):
    def get(self, request: HttpRequest, host_id: int) -> HttpResponse:
        require(request.user, DETAILS)
        hosts = Host.objects.visible_to(request.user).select_related("datacenter", "rack")
        host = get_object_or_404(hosts, pk=host_id)
        events = Event.objects.visible_to(request.user).about("host", host.id)
        context = {
            "host": host,
            "reserved_for": _known(request, host.reserved_for_id),
            "capacity": with_capacity(Host.objects.visible_to(request.user).filter(pk=host.id))[0],
            "claims": _named_claims(request, host),
            "stores": _stores(request, host.datacenter_id),
            "rows": keyset.Rows(list(events.values(*EVENT_FIELDS)[:MOST_EVENTS]), "", True),
        }
        return render(request, "infrastructure/host.html", context)


def _known(request: HttpRequest, enterprise_id: int | None) -> Enterprise | None:
    """The enterprise, unless the actor does not know it."""
    return Enterprise.objects.visible_to(request.user).filter(pk=enterprise_id).first()


def _named_claims(request: HttpRequest, host: Host) -> list[Claim]:
    """The host's claims with the machines' names, which the operations know that placed them here."""
    claims = list(host.claims.select_related("enterprise", "datastore").order_by("-id")[:MOST_CLAIMS])
    operations = Operation.objects.visible_to(request.user).filter(
        resource_type="virtual_machine", resource_id__in=[claim.virtual_machine_id for claim in claims]
    )
    names = dict(operations.order_by("created_at").values_list("resource_id", "resource_name"))
    for claim in claims:
        claim.machine_name = names.get(claim.virtual_machine_id, str(claim.virtual_machine_id))
    return claims


def _racks(hosts: list[dict[str, Any]], datacenter_id: int) -> list[dict[str, Any]]:
    racks: dict[str, list[dict[str, Any]]] = {}
    for host in hosts:
        if host["datacenter_id"] == datacenter_id:
            racks.setdefault(host["rack__name"], []).append(host)
    return [{"name": name, "hosts": members} for name, members in racks.items()]


def _services(services: list[RemoteService], datacenter_id: int) -> list[dict[str, Any]]:
    since = timezone.now() - SILENCE
    return [
        {"service": each, "alive": each.last_seen_at is not None and each.last_seen_at >= since}
        for each in services
        if each.datacenter_id == datacenter_id
    ]


def _stores(request: HttpRequest, datacenter_id: int) -> list[dict[str, Any]]:
    stores = list(Datastore.objects.visible_to(request.user).filter(datacenter_id=datacenter_id))
    claimed = claimed_by_datastore([store.id for store in stores])
    return [
        {
            "store": store,
            "limit": {"resource": "disk_mib", "used": claimed.get(store.id, 0), "hard": store.size_mib},
        }
        for store in stores
    ]
