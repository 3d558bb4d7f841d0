"""How full hosts and datastores are, for many at once, and what kinds of hosts there are. Reads only."""

from collections.abc import Iterable

from django.db.models import Count, Sum

from infrastructure.models import Claim, Datacenter, Host
from tenants.limits import Amounts


def claimed_by_host(host_ids: Iterable[int]) -> dict[int, Amounts]:
    """What is claimed on each host; hosts without claims are missing."""
    sums = Claim.objects.filter(host_id__in=host_ids).values("host_id").order_by()
    totals = sums.annotate(
        cpu=Sum("vcpus"), memory=Sum("memory_mib"), disk=Sum("disk_mib"), number=Count("id")
    )
    return {row["host_id"]: Amounts(row["cpu"], row["memory"], row["disk"], row["number"]) for row in totals}


def claimed_by_datastore(datastore_ids: Iterable[int]) -> dict[int, int]:
    """Claimed MiB of each datastore; those without claims are missing."""
    sums = Claim.objects.filter(datastore_id__in=datastore_ids).values("datastore_id").order_by()
    return {row["datastore_id"]: row["used"] for row in sums.annotate(used=Sum("disk_mib"))}


def hypervisor_types_of(datacenters: Iterable[Datacenter]) -> list[str]:
    """The hypervisor types that have a host in one of the datacenters."""
    hosts = Host.objects.filter(datacenter__in=datacenters)
    return sorted(set(hosts.order_by().values_list("hypervisor_type", flat=True)))
