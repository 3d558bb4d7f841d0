"""The lists of machines there are, as functions, so that their queries can be prepared."""

from django.db.models import F, QuerySet

from compute.api.resources import DISK
from compute.models import VirtualMachine
from networking.api.resources import ADDRESS
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
    """Leased addresses of machines, in the order of their NICs."""
    leases = AddressLease.objects.visible_to(actor).filter(nic__virtual_machine_id__in=machine_ids)
    return leases.order_by("nic__position").values(*ADDRESS.columns)


def disks_of(actor, *machine_ids: int) -> QuerySet:
    """Disks of machines in their order, each with its machine as ``virtual_machine_id``."""
    columns = {
        column: F(f"disks__{column}") for column in DISK.columns if column not in ("virtual_machine_id", "id")
    }
    machines = VirtualMachine.objects.visible_to(actor).filter(pk__in=machine_ids, disks__isnull=False)
    return machines.order_by("disks__position").values(
        virtual_machine_id=F("id"),
        disk_id=F("disks__id"),
        **{f"disk_{name}": path for name, path in columns.items()},
    )
