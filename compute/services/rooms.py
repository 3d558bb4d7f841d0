"""Reading the room on hosts for placement: a fixed number of queries, whatever the number of hosts."""

from collections import Counter, defaultdict
from typing import NamedTuple

from django.db.models import Sum

from compute.placement import DatastoreRoom, HostRoom
from core.prepared import Prepared
from infrastructure.models import Claim, Datastore, Host, HostState


class _Link(NamedTuple):
    """That a host uses a datastore."""

    host: int
    datastore: int
    name: str
    enabled: bool
    size_mib: int


_hosts = Prepared(lambda datacenter_id: Host.objects.filter(datacenter_id=datacenter_id))
_datastores = Prepared(
    lambda datacenter_id: Datastore.hosts.through.objects.filter(
        datastore__datacenter_id=datacenter_id
    ).values_list("host_id", "datastore_id", "datastore__name", "datastore__enabled", "datastore__size_mib")
)


def rooms_of(datacenter_id: int, *, host: Host | None = None) -> list[HostRoom]:
    """The hosts of a datacenter (or the one given, perhaps locked) with what is claimed on them now."""
    hosts = [host] if host else _hosts.all(datacenter_id)
    links = _links(datacenter_id)
    datastores = {link.datastore for link in links if host is None or link.host == host.id}
    concerned = {each.id for each in hosts} | {link.host for link in links if link.datastore in datastores}
    vcpus, memory, disk = _claimed(concerned)
    networks = _networks([each.id for each in hosts])
    return [
        HostRoom(
            id=each.id,
            name=each.name,
            hypervisor_type=each.hypervisor_type,
            managed=each.state == HostState.MANAGED,
            reachable=each.reachable,
            reserved_for=each.reserved_for_id,
            vcpus=each.vcpus,
            vcpus_used=vcpus[each.id],
            memory_mib=each.memory_mib,
            memory_mib_used=memory[each.id],
            network_service_types=frozenset(networks[each.id]),
            datastores=tuple(
                DatastoreRoom(link.datastore, link.name, link.enabled, link.size_mib, disk[link.datastore])
                for link in links
                if link.host == each.id
            ),
        )
        for each in hosts
    ]


def _links(datacenter_id: int) -> list[_Link]:
    return [_Link(*row) for row in _datastores.all(datacenter_id)]


def _claimed(host_ids: set[int]) -> tuple[Counter, Counter, Counter]:
    """Virtual CPUs and MiB of memory by host, MiB of disk by datastore: one pass over one index."""
    vcpus, memory, disk = Counter(), Counter(), Counter()
    by_place = Claim.objects.filter(host_id__in=host_ids).order_by().values_list("host_id", "datastore_id")
    sums = by_place.annotate(v=Sum("vcpus"), m=Sum("memory_mib"), d=Sum("disk_mib"))
    for host, datastore, of_vcpus, of_memory, of_disk in sums:
        vcpus[host] += int(of_vcpus)
        memory[host] += int(of_memory)
        disk[datastore] += int(of_disk)
    return vcpus, memory, disk


def _networks(host_ids: list[int]) -> dict[int, set[int]]:
    networks: dict[int, set[int]] = defaultdict(set)
    links = Host.network_service_types.through.objects.filter(host_id__in=host_ids)
    for host, network_service_type in links.values_list("host_id", "networkservicetype_id"):
        networks[host].add(network_service_type)
    return networks
