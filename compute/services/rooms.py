"""Reading the room on hosts for placement: a fixed number of queries, whatever the number of hosts."""

from collections import defaultdict

from django.db.models import Sum

from compute.placement import DatastoreRoom, HostRoom
from infrastructure.models import Claim, Datastore, Host, HostState


def rooms_of(datacenter_id: int, *, host_id: int | None = None) -> list[HostRoom]:
    """The hosts of a datacenter (or the one host) with what is claimed on them now."""
    hosts = Host.objects.filter(datacenter_id=datacenter_id)
    if host_id is not None:
        hosts = hosts.filter(pk=host_id)
    claimed = {
        row["host_id"]: row
        for row in Claim.objects.filter(host__in=hosts)
        .values("host_id")
        .annotate(vcpus=Sum("vcpus"), memory=Sum("memory_mib"))
        .order_by()
    }
    networks = defaultdict(set)
    for host, nst in Host.network_service_types.through.objects.filter(host__in=hosts).values_list(
        "host_id", "networkservicetype_id"
    ):
        networks[host].add(nst)
    datastores = _datastores_by_host(datacenter_id)
    return [
        HostRoom(
            id=host.id,
            name=host.name,
            hypervisor_type=host.hypervisor_type,
            managed=host.state == HostState.MANAGED,
            reachable=host.reachable,
            reserved_for=host.reserved_for_id,
            vcpus=host.vcpus,
            vcpus_used=int(claimed.get(host.id, {}).get("vcpus") or 0),
            memory_mib=host.memory_mib,
            memory_mib_used=int(claimed.get(host.id, {}).get("memory") or 0),
            network_service_types=frozenset(networks[host.id]),
            datastores=tuple(datastores[host.id]),
        )
        for host in hosts
    ]


def _datastores_by_host(datacenter_id: int) -> dict[int, list[DatastoreRoom]]:
    used = dict(
        Claim.objects.filter(datastore__datacenter_id=datacenter_id)
        .order_by()
        .values_list("datastore_id")
        .annotate(used=Sum("disk_mib"))
    )
    rooms = {
        d.id: DatastoreRoom(d.id, d.name, d.enabled, d.size_mib, int(used.get(d.id) or 0))
        for d in Datastore.objects.filter(datacenter_id=datacenter_id)
    }
    by_host = defaultdict(list)
    links = Datastore.hosts.through.objects.filter(datastore_id__in=rooms)
    for host_id, datastore_id in links.values_list("host_id", "datastore_id"):
        by_host[host_id].append(rooms[datastore_id])
    return by_host
