"""Hosts as rows with how full they are, for the heat map and the host page."""

from typing import Any

from django.db.models import QuerySet

from infrastructure.usage import claimed_by_host
from tenants.limits import Amounts

HOST_FIELDS = (
    "id",
    "name",
    "ip",
    "state",
    "reachable",
    "observed_at",
    "vcpus",
    "memory_mib",
    "hypervisor_type",
    "driver",
    "datacenter_id",
    "rack__name",
)


def with_capacity(hosts: QuerySet) -> list[dict[str, Any]]:
    """Hosts as rows with what is used, as limit bars and as a share in percent for the heat map."""
    rows = list(hosts.values(*HOST_FIELDS))
    claimed = claimed_by_host([row["id"] for row in rows])
    for row in rows:
        used = claimed.get(row["id"], Amounts())
        row["machines"] = used.machines
        row["limits"] = [
            {"resource": "vcpus", "used": used.vcpus, "hard": row["vcpus"]},
            {"resource": "memory_mib", "used": used.memory_mib, "hard": row["memory_mib"]},
        ]
        row["share"] = round(100 * max(used.vcpus / row["vcpus"], used.memory_mib / row["memory_mib"]))
        row["heat"] = min(row["share"] // 20, 4)
        row["health"] = health_of(row["state"], row["reachable"])
    return rows


def health_of(state: str, reachable: bool | None) -> str:
    """The word for a host: its state unless the system monitor can't reach it."""
    if state == "MANAGED" and reachable is False:
        return "unreachable"
    return state
