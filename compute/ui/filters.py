"""What the machine list can be narrowed to and sorted by; each filter has an address of its own."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from compute.models import VirtualDatacenter
from compute.states import MachineState
from core.ui.keyset import Order
from networking.models import AddressLease

MOST_DIGITS = 18
ORDERS = {
    "newest": Order(),
    "oldest": Order(descending=False),
    "name": Order("name", descending=False),
    "-name": Order("name", descending=True),
}
STATES = (
    MachineState.ON,
    MachineState.OFF,
    MachineState.PAUSED,
    MachineState.LOCKED,
    MachineState.UNKNOWN,
    MachineState.NOT_ALLOCATED,
)


@dataclass(frozen=True)
class MachineFilter:
    """The filter as read from the address. Nonsense in it filters nothing."""

    query: str = ""
    state: str = ""
    virtual_datacenter: int | None = None
    virtual_appliance: int | None = None
    sort: str = "newest"

    @classmethod
    def read(cls, params: QueryDict) -> "MachineFilter":
        return cls(
            query=params.get("q", "").strip()[:128],
            state=params.get("state", "") if params.get("state") in STATES else "",
            virtual_datacenter=whole_number(params.get("vdc")),
            virtual_appliance=whole_number(params.get("vapp")),
            sort=params.get("sort") if params.get("sort") in ORDERS else "newest",
        )

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]

    @property
    def narrows(self) -> bool:
        return bool(self.query or self.state or self.virtual_datacenter or self.virtual_appliance)

    def apply(self, machines: QuerySet, actor: Any) -> QuerySet:
        if self.state == MachineState.LOCKED:
            machines = machines.filter(locked=True)
        elif self.state:
            machines = machines.filter(state=self.state)
        if self.virtual_datacenter:
            machines = machines.filter(virtual_datacenter_id=self.virtual_datacenter)
        if self.virtual_appliance:
            machines = machines.filter(virtual_appliance_id=self.virtual_appliance)
        return machines.filter(self._matches(actor)) if self.query else machines

    def _matches(self, actor: Any) -> Q:
        """By name, or by the start of an address when it looks like one."""
        by_name = Q(name__icontains=self.query)
        if not self.query.replace(".", "").isdigit():
            return by_name
        leases = AddressLease.objects.visible_to(actor).filter(ip__startswith=self.query)
        return by_name | Q(id__in=leases.values("nic__virtual_machine_id"))

    def chips(self) -> list[tuple[str, str]]:
        return [("", _("All")), *((state.value, state.label) for state in STATES)]


def datacenter_choices(actor: Any) -> list[dict[str, Any]]:
    """The virtual datacenters to filter by."""
    return list(VirtualDatacenter.objects.visible_to(actor).order_by("name").values("id", "name")[:200])


def whole_number(text: str | None) -> int | None:
    """The id a text from a browser names; None for what can't be one."""
    return int(text) if text and text.isdecimal() and len(text) <= MOST_DIGITS else None
