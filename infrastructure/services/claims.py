"""Claims: what a machine holds on a host and a datastore, and the sums of it."""

from typing import Any

from django.db.models import Count, QuerySet, Sum

from core.prepared import Prepared
from infrastructure.models import Claim, Host
from tenants.limits import Amounts
from tenants.usage import Extent

CLAIMED = ("vcpus", "memory_mib", "disk_mib", "machines")


def _summed(claims: QuerySet[Claim], by: str) -> QuerySet:
    """One row of sums in the order of CLAIMED, or none. ``by``: a column they all have in common."""
    sums = {"v": Sum("vcpus"), "m": Sum("memory_mib"), "d": Sum("disk_mib"), "n": Count("id")}
    return claims.order_by().values(by).annotate(**sums).values_list(*sums)


_of_enterprise = Prepared(lambda pk: _summed(Claim.objects.filter(enterprise_id=pk), "enterprise_id"))
_in_location = Prepared(
    lambda enterprise, datacenter: _summed(
        Claim.objects.filter(enterprise_id=enterprise, host__datacenter_id=datacenter), "enterprise_id"
    )
)
_in_virtual_datacenter = Prepared(
    lambda pk: _summed(Claim.objects.filter(virtual_datacenter_id=pk), "virtual_datacenter_id")
)


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


def change_claim(*, machine_id: int, vcpus: int, memory_mib: int, disk_mib: int) -> None:
    """Give a held claim another size (reconfigure)."""
    held = Claim.objects.filter(virtual_machine_id=machine_id)
    held.update(vcpus=vcpus, memory_mib=memory_mib, disk_mib=disk_mib)


def release_claim(machine_id: int) -> None:
    Claim.objects.filter(virtual_machine_id=machine_id).delete()


def claimed(extent: Extent) -> Amounts:
    """What machines hold within the extent, those being deployed included."""
    if extent.virtual_datacenter_id is not None:
        row = _in_virtual_datacenter.first(extent.virtual_datacenter_id)
    elif extent.datacenter_id is not None:
        row = _in_location.first(extent.enterprise_id, extent.datacenter_id)
    else:
        row = _of_enterprise.first(extent.enterprise_id)
    return Amounts(*(int(value) for value in row)) if row else Amounts()
