"""Reads what belongs to a page of hosts in one query each: usage, datastores, networks, where they stand."""

from collections import defaultdict
from typing import Any

from django.db.models import F, Sum

from core.api.resource import Row
from infrastructure.api.resources import DATACENTER, DATASTORE, NETWORK_INTERFACE, RACK
from infrastructure.models import Datacenter, Datastore, Host, Rack
from tenants.models import Enterprise


def with_parts(actor, hosts: list[Row]) -> list[Row]:
    """Add usage, datastores and network interfaces to rows of hosts."""
    ids = [host["id"] for host in hosts]
    visible = Host.objects.visible_to(actor).filter(pk__in=ids).order_by()
    sums = visible.values("id").annotate(vcpus=Sum("claims__vcpus"), memory=Sum("claims__memory_mib"))
    used = {row["id"]: row for row in sums}
    datastores = _by_host(_datastores(actor, ids))
    interfaces = _by_host(_interfaces(visible))
    for host in hosts:
        host["used_vcpus"] = int(used[host["id"]]["vcpus"] or 0)
        host["used_memory_mib"] = int(used[host["id"]]["memory"] or 0)
        host["datastores"] = datastores[host["id"]]
        host["network_interfaces"] = interfaces[host["id"]]
    return _without_strangers(actor, hosts)


def with_places(actor, hosts: list[Row]) -> list[Row]:
    """Add the rows of their datacenters and racks to rows of hosts."""
    racks = _by_id(Rack.objects.visible_to(actor), {host["rack_id"] for host in hosts}, RACK)
    places = {host["datacenter_id"] for host in hosts}
    datacenters = _by_id(Datacenter.objects.visible_to(actor), places, DATACENTER.seen_by(actor))
    for host in hosts:
        host["rack"] = racks.get(host["rack_id"])
        host["datacenter"] = datacenters.get(host["datacenter_id"])
    return hosts


def _by_id(visible, ids: set[int], resource) -> dict[int, Row]:
    return {row["id"]: row for row in visible.filter(pk__in=ids).values(*resource.columns)}


def _without_strangers(actor, hosts: list[Row]) -> list[Row]:
    """Take out for whom hosts are reserved where the actor does not know that enterprise."""
    named = {host["reserved_for_id"] for host in hosts if host.get("reserved_for_id")}
    if not named:
        return hosts
    known = set(Enterprise.objects.visible_to(actor).filter(pk__in=named).values_list("pk", flat=True))
    for host in hosts:
        if host.get("reserved_for_id") not in known:
            host["reserved_for_id"] = host["reserved_for__name"] = None
    return hosts


def _datastores(actor, host_ids: list[int]) -> list[dict[str, Any]]:
    visible = Datastore.objects.visible_to(actor)
    found = visible.filter(hosts__in=host_ids).values(
        *DATASTORE.columns, host_id=F("hosts__id"), rack_id=F("hosts__rack_id")
    )
    ids = {row["id"] for row in found}
    sums = visible.filter(pk__in=ids).order_by().values("id").annotate(disk=Sum("claims__disk_mib"))
    used = {row["id"]: int(row["disk"] or 0) for row in sums}
    return [row | {"used_mib": used.get(row["id"], 0)} for row in found]


def _interfaces(hosts) -> list[dict[str, Any]]:
    through = "network_service_types"
    named = {column: F(f"{through}__{column}") for column in NETWORK_INTERFACE.columns}
    rows = hosts.filter(**{f"{through}__isnull": False}).annotate(host_id=F("id"))
    return [
        {column: row[f"nst_{column}"] for column in named} | {"host_id": row["host_id"]}
        for row in rows.values("host_id", **{f"nst_{column}": path for column, path in named.items()})
    ]


def _by_host(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["host_id"]].append(row)
    return grouped
