"""The lists of machines there are, as functions, so that their queries can be prepared."""

from django.db.models import QuerySet

from compute.models import VirtualMachine
from networking.models import AddressLease


def all_machines(actor) -> QuerySet:
    return VirtualMachine.objects.visible_to(actor).with_locked()


def of_appliance(actor, pk: int) -> QuerySet:
    return all_machines(actor).filter(virtual_appliance_id=pk)


def of_datacenter(actor, pk: int) -> QuerySet:
    return all_machines(actor).filter(virtual_datacenter_id=pk)


def of_enterprise(actor, pk: int) -> QuerySet:
    return all_machines(actor).filter(enterprise_id=pk)


def of_owner(actor, pk: int) -> QuerySet:
    return all_machines(actor).filter(owner_id=pk)


def of_template(actor, pk: int) -> QuerySet:
    return all_machines(actor).filter(template_id=pk)


def of_host(actor, pk: int) -> QuerySet:
    return all_machines(actor).filter(host_id=pk)


def leases_of(actor, *machine_ids: int) -> QuerySet:
    """What links to the leased addresses of machines need, in the order of their NICs."""
    leases = AddressLease.objects.visible_to(actor).filter(nic__virtual_machine_id__in=machine_ids)
    return leases.order_by("nic__position").values("id", "ip", "network_id", "nic__virtual_machine_id")


def disks_of(actor, *machine_ids: int) -> QuerySet:
    """What links to the disks of machines need, in their order."""
    machines = VirtualMachine.objects.visible_to(actor).filter(pk__in=machine_ids, disks__isnull=False)
    return machines.order_by("disks__position").values(
        "id", "disks__id", "disks__kind", "disks__template_disk_id"
    )
