"""Machines as flat rows: what lists and live updates show, read without model instances or counts."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from compute.models import VirtualMachine
from compute.states import ACTIONS, decide, shown_state
from networking.models import AddressLease

FIELDS = (
    "id",
    "name",
    "state",
    "vcpus",
    "memory_mib",
    "disk_mib",
    "created_at",
    "virtual_appliance_id",
    "virtual_appliance__name",
    "virtual_datacenter_id",
    "virtual_datacenter__name",
    "locked",
)
QUICK = ("deploy", "power_on", "resume", "console")


def machine_values(actor: Any) -> QuerySet:
    """The machines the actor sees as flat rows; administrators of all enterprises get the enterprise too."""
    extra = ("enterprise__name",) if actor.sees_all_enterprises else ()
    return VirtualMachine.objects.visible_to(actor).with_locked().values(*FIELDS, *extra)


def complete(rows: Iterable[dict[str, Any]], actor: Any) -> list[dict[str, Any]]:
    """Add to each row its addresses, the state people see and the one thing most likely done next."""
    rows = list(rows)
    addresses = _addresses([row["id"] for row in rows], actor)
    for row in rows:
        row["addresses"] = addresses[row["id"]]
        row["shown_state"] = shown_state(row["state"], row["locked"])
        row["quick"] = _quick_action(row, actor)
    return rows


def _addresses(machine_ids: list[int], actor: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    leases = AddressLease.objects.visible_to(actor).filter(nic__virtual_machine_id__in=machine_ids)
    for machine_id, ip in leases.order_by("nic__position").values_list("nic__virtual_machine_id", "ip"):
        found[machine_id].append(ip)
    return found


def _quick_action(row: dict[str, Any], actor: Any):
    for name in QUICK:
        if decide(ACTIONS[name], state=row["state"], locked=row["locked"], actor=actor):
            return ACTIONS[name]
    return None
