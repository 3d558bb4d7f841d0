"""How full hosts and datastores are: the sums of what is claimed on them, for many at once."""

from typing import Any

from django.db.models import Count, QuerySet, Sum

from infrastructure.models import Claim

HOST_FIELDS = (
    "id", "name", "ip", "state", "reachable", "observed_at", "vcpus", "memory_mib", "hypervisor_type",
    "driver", "datacenter_id", "rack__name",
)


def with_capacity(hosts: QuerySet) -> list[dict[str, Any]]:
    """Hosts as rows with used vCPUs, memory and machines, limit bars and a share in percent for the heat map."""
    rows = list(hosts.values(*HOST_FIELDS))
    claimed = claims_by_host([row["id"] for row in rows])
    for row in rows:
        used = claimed.get(row["id"], {"vcpus": 0, "memory_mib": 0, "machines": 0})
        row["machines"] = used["machines"]
        row["limits"] = [
            {"resource": "vcpus", "used": used["vcpus"], "hard": row["vcpus"]},
            {"resource": "memory_mib", "used": used["memory_mib"], "hard": row["memory_mib"]},
        ]
        row["share"] = round(100 * max(used["vcpus"] / row["vcpus"], used["memory_mib"] / row["memory_mib"]))
        row["heat"] = min(row["share"] // 20, 4)
        row["health"] = health_of(row["state"], row["reachable"])
    return rows


def health_of(state: str, reachable: bool | None) -> str:
    """The word for a host: its state unless the system monitor can't reach it."""
    if state == "MANAGED" and reachable is False:
        return "unreachable"
    return state


def claims_by_host(host_ids: list[int]) -> dict[int, dict[str, int]]:
    sums = Claim.objects.filter(host_id__in=host_ids).values("host_id").order_by()
    totals = sums.annotate(cpu=Sum("vcpus"), memory=Sum("memory_mib"), machines=Count("id"))
    return {
        row["host_id"]: {"vcpus": row["cpu"], "memory_mib": row["memory"], "machines": row["machines"]}
        for row in totals
    }


def claims_by_datastore(datastore_ids: list[int]) -> dict[int, int]:
    """Claimed MiB per datastore."""
    sums = Claim.objects.filter(datastore_id__in=datastore_ids).values("datastore_id").order_by()
    return {row["datastore_id"]: row["used"] for row in sums.annotate(used=Sum("disk_mib"))}
