"""The ledger of usage: intervals open and close in the transaction that changes the machine."""

from typing import Any

from django.utils import timezone

from billing.models import UsageRecord


def open_usage(machine: Any) -> None:
    """Start an interval with the machine's present size. One that is open already is closed first."""
    close_usage(machine)
    UsageRecord.objects.create(
        enterprise_id=machine.enterprise_id,
        virtual_datacenter_id=machine.virtual_datacenter_id,
        virtual_appliance_id=machine.virtual_appliance_id,
        virtual_machine_id=machine.id,
        virtual_machine_name=machine.name,
        open_key=machine.id,
        vcpus=machine.vcpus,
        memory_mib=machine.memory_mib,
        disk_mib=machine.disk_mib,
        opened_at=timezone.now(),
    )


def close_usage(machine: Any) -> None:
    """End the machine's open interval, if any."""
    UsageRecord.objects.filter(open_key=machine.id).update(open_key=None, closed_at=timezone.now())
