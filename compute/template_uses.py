"""Tells the catalogue which machines are made of a template, for deciding and for showing."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from catalogue import uses
from catalogue.uses import Use
from compute.models import VirtualMachine
from compute.states import MachineState, shown_state

MOST_SHOWN = 200


def machines_made_of(template_id: int) -> Iterator[Use]:
    """All of them. Deployed ones read what they have not changed from the template's file."""
    machines = VirtualMachine.objects.filter(template_id=template_id).order_by("name")
    for name, enterprise_id, state in machines.values_list("name", "enterprise_id", "state"):
        yield Use(name, enterprise_id, holds_file=state != MachineState.NOT_ALLOCATED)


def machines_shown_to(template_id: int, actor: Any) -> list[dict[str, Any]]:
    """Those the actor sees, by name."""
    machines = VirtualMachine.objects.visible_to(actor).filter(template_id=template_id).with_locked()
    columns = ("id", "name", "state", "locked", "virtual_datacenter__name", "enterprise__name")
    return [
        {
            "name": row["name"],
            "url": reverse("compute:machine", args=[row["id"]]),
            "place": row["virtual_datacenter__name"],
            "enterprise": row["enterprise__name"],
            "state": shown_state(row["state"], row["locked"]),
        }
        for row in machines.order_by("name", "id").values(*columns)[:MOST_SHOWN]
    ]


def register_uses() -> None:
    """Called when the app is ready."""
    uses.register(machines_made_of, machines_shown_to)
