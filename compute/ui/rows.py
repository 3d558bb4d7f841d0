"""Machines as flat rows: what lists and live updates show, read without model instances or counts."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from compute.models import VirtualMachine
from compute.states import ACTIONS, decide, shown_state
from core.ui.ages import age_html
from core.ui.amounts import size_text
from core.ui.shapes import NUMBER, Shapes, mark
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
    "virtual_appliance__restricted",
    "virtual_datacenter_id",
    "virtual_datacenter__name",
    "locked",
)
QUICK = ("deploy", "power_on", "resume", "console")


def machine_values(actor: Any) -> QuerySet:
    """The machines the actor sees as flat rows; administrators of all enterprises get the enterprise too."""
    extra = ("enterprise__name",) if actor.sees_all_enterprises else ()
    return VirtualMachine.objects.visible_to(actor).with_locked().values(*FIELDS, *extra)


def rows_html(rows: list[dict[str, Any]], *, brief: bool = False) -> SafeString:
    """The table rows of completed machines. ``brief`` ones have name, state and address only."""
    shapes = BRIEF if brief else FULL
    return mark_safe("".join([shapes.row(_shape(row), _values(row)) for row in rows]))


def complete(rows: Iterable[dict[str, Any]], actor: Any) -> list[dict[str, Any]]:
    """Add to each row its addresses, the state people see and the one thing most likely done next."""
    rows = list(rows)
    addresses = _addresses([row["id"] for row in rows], actor)
    for row in rows:
        row["addresses"] = addresses[row["id"]]
        row["shown_state"] = shown_state(row["state"], row["locked"])
        row["quick"] = _quick_action(row, actor)
    return rows


def _shape(row: dict[str, Any]) -> tuple:
    quick = row["quick"].name if row["quick"] else ""
    return row["shown_state"], quick, "enterprise__name" in row, bool(row["addresses"])


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "appliance": row["virtual_appliance__name"],
        "datacenter": row["virtual_datacenter__name"],
        "enterprise": row.get("enterprise__name", ""),
        "addresses": ", ".join(row["addresses"]),
        "vcpus": row["vcpus"],
        "memory": size_text(row["memory_mib"]),
        "disk": size_text(row["disk_mib"]),
        "created": age_html(row["created_at"]),
    }


def _marked(shape: tuple) -> dict[str, Any]:
    shown_state, quick, with_enterprise, with_addresses = shape
    marks = {
        name: mark(name) for name in ("name", "appliance", "datacenter", "vcpus", "memory", "disk", "created")
    }
    return {
        "machine": marks
        | {
            "id": NUMBER,
            "shown_state": shown_state,
            "quick": ACTIONS.get(quick),
            "enterprise": mark("enterprise") if with_enterprise else "",
            "addresses": mark("addresses") if with_addresses else "",
        }
    }


FULL = Shapes("compute/_machine_row.html", _marked)
BRIEF = Shapes("compute/_machine_brief.html", _marked)


def _addresses(machine_ids: list[int], actor: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    leases = AddressLease.objects.visible_to(actor).filter(nic__virtual_machine_id__in=machine_ids)
    for machine_id, ip in leases.order_by("nic__position").values_list("nic__virtual_machine_id", "ip"):
        found[machine_id].append(ip)
    return found


def _quick_action(row: dict[str, Any], actor: Any):
    for action in (ACTIONS[name] for name in QUICK):
        if row["state"] not in action.from_states:
            continue
        if decide(action, state=row["state"], locked=row["locked"], actor=actor, machine=row):
            return action
    return None
