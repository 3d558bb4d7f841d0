"""Claims: what a machine holds on a host and a datastore, and the sums of it."""

from typing import Any

from django.db.models import Count, QuerySet, Sum

from infrastructure.models import Claim, Host
from tenants.limits import Amounts


def claim(*, machine: Any, host: Host, datastore_id: int) -> Claim:
    """Hold the machine's size on the host. The caller has locked the host's row and checked the room."""
    return Claim.objects.create(
        host=host,
        datastore_id=datastore_id,
        enterprise_id=machine.enterprise_id,
        virtual_datacenter_id=machine.virtual_datacenter_id,
        virtual_machine_id=machine.id,
        vcpus=machine.vcpus,
        memory_mib=machine.memory_mib,
        disk_mib=machine.disk_mib,
    )


def change_claim(*, machine_id: int, vcpus: int, memory_mib: int) -> None:
    """Give a held claim another size (reconfigure)."""
    Claim.objects.filter(virtual_machine_id=machine_id).update(vcpus=vcpus, memory_mib=memory_mib)


def release_claim(machine_id: int) -> None:
    Claim.objects.filter(virtual_machine_id=machine_id).delete()


def used_by_enterprise(enterprise_id: int) -> Amounts:
    return _sum(Claim.objects.filter(enterprise_id=enterprise_id))


def used_by_virtual_datacenter(virtual_datacenter_id: int) -> Amounts:
    return _sum(Claim.objects.filter(virtual_datacenter_id=virtual_datacenter_id))


def used_on_host(host_id: int) -> Amounts:
    return _sum(Claim.objects.filter(host_id=host_id))


def _sum(claims: QuerySet[Claim]) -> Amounts:
    sums = claims.order_by().aggregate(v=Sum("vcpus"), m=Sum("memory_mib"), d=Sum("disk_mib"), n=Count("id"))
    return Amounts(int(sums["v"] or 0), int(sums["m"] or 0), int(sums["d"] or 0), sums["n"])
