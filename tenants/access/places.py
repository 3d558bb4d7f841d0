"""Where the thing lies that a right is asked for: whose it is and in which virtual datacenter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

RESTRICTED_APPLIANCE = "virtual_appliance__restricted"


@dataclass(frozen=True, slots=True)
class Place:
    """``enterprise_id`` None: nobody's, or found through ``visible_to`` already (rows of lists)."""

    enterprise_id: int | None
    virtual_datacenter_id: int | None
    thing: Any

    @property
    def in_restricted_appliance(self) -> bool:
        """Whether it is, or lies in, an appliance that takes privileges of its own."""
        if isinstance(self.thing, Mapping):
            return bool(self.thing.get(RESTRICTED_APPLIANCE))
        if hasattr(self.thing, "virtual_appliance"):
            return self.thing.virtual_appliance.restricted
        if model_of(self.thing) == "operation":
            return _works_in_restricted_appliance(self.thing)
        return model_of(self.thing) == "virtualappliance" and self.thing.restricted


def _works_in_restricted_appliance(operation: Any) -> bool:
    """Whether the machine that an operation works on lies in one; machines lie above this package."""
    if operation.resource_type != "virtual_machine":
        return False
    machines = apps.get_model("compute", "VirtualMachine").objects
    return machines.filter(pk=operation.resource_id, virtual_appliance__restricted=True).exists()


def place_of(thing: Any) -> Place | None:
    """The place of a row of any package, of a flat row of a list, or of an enterprise itself."""
    if thing is None:
        return None
    if isinstance(thing, Mapping):
        return Place(None, thing.get("virtual_datacenter_id"), thing)
    model = model_of(thing)
    if model == "enterprise":
        return Place(thing.pk, None, thing)
    if model == "virtualdatacenter":
        return Place(thing.enterprise_id, thing.pk, thing)
    return Place(getattr(thing, "enterprise_id", None), getattr(thing, "virtual_datacenter_id", None), thing)


def model_of(thing: Any) -> str:
    """The name of a row's model, empty for what is none."""
    meta = getattr(thing, "_meta", None)
    return meta.model_name if meta else ""
