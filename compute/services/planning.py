"""The plan of a deployment: where it will run and why, addresses, limits before and after, and the price.

Reads only. ``deployment`` re-plans under locks and does exactly this, or refuses.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing.quotes import Quote, quote
from billing.services import prices_in_force
from compute.models import VirtualDatacenter
from compute.placement import Demand, Placement, place
from compute.services.rooms import rooms_of
from core.errors import LimitExceeded, NoPlacement
from infrastructure.services import Admission, admission_of, place_of, sees_numbers
from networking.models import Network
from networking.services import preview_address
from operations.saga import saga_of_kind
from tenants import limits
from tenants.limits import Amounts, LimitLine

INFRASTRUCTURE = "PHYS_DC_RETRIEVE_DETAILS"
DEPLOY_KIND = "virtual_machine.deploy"


@dataclass(frozen=True)
class Wanted:
    """What shall be deployed: ``count`` machines of one size in a virtual datacenter. ``guest_drive``: their
    guests set themselves up. ``public``: a card besides the first stands in a public network."""

    virtual_datacenter: VirtualDatacenter
    vcpus: int
    memory_mib: int
    disk_mib: int
    network: Network | None = None
    count: int = 1
    guest_drive: bool = False
    public: bool = False

    @property
    def amounts(self) -> Amounts:
        return Amounts(
            self.vcpus * self.count, self.memory_mib * self.count, self.disk_mib * self.count, self.count
        )

    @property
    def demand(self) -> Demand:
        vdc = self.virtual_datacenter
        nst = self.network.network_service_type_id if self.network else None
        return Demand(
            enterprise_id=vdc.enterprise_id,
            hypervisor_type=vdc.hypervisor_type,
            vcpus=self.vcpus,
            memory_mib=self.memory_mib,
            disk_mib=self.disk_mib,
            network_service_types=frozenset({nst} if nst else ()),
            only_reserved=vdc.enterprise.reservation_restricted,
        )


@dataclass(frozen=True)
class Plan:
    """What deploying would do. ``fits`` of ``count`` machines find a host."""

    wanted: Wanted
    placement: Placement
    fits: int
    address: str | None
    limit_lines: tuple[LimitLine, ...]
    quote: Quote

    @property
    def fingerprint(self) -> str:
        """Names what the user agrees to: size, number, price, and the limits that are passed."""
        wanted = self.wanted
        agreed = [
            wanted.virtual_datacenter.id,
            wanted.vcpus,
            wanted.memory_mib,
            wanted.disk_mib,
            wanted.count,
            str(self.quote.per_hour),
            self.quote.currency,
            [(line.level, line.resource) for line in self.limit_lines if line.soft_passed],
        ]
        return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()[:32]

    def as_dict(self, actor: Any) -> dict[str, Any]:
        """The plan as this actor may see it: hosts only for administrators of infrastructure."""
        body = {
            "fingerprint": self.fingerprint,
            "count": self.wanted.count,
            "fits": self.fits,
            "possible": self.possible,
            "passes_soft": any(line.soft_passed for line in self.limit_lines),
            "steps": [
                str(step.title)
                for step in saga_of_kind(DEPLOY_KIND).steps
                if step.name != "write_guest_drive" or self.wanted.guest_drive
            ],
            "guest_drive": self.wanted.guest_drive,
            "location": self.wanted.virtual_datacenter.datacenter.name,
            "address": self.address,
            "limits": [line.as_dict() for line in self.limit_lines if line.visible or sees_numbers(actor)],
            "price": self.quote.as_dict(),
            "problems": [reason.as_dict() for reason in self.problems(actor)],
        }
        if INFRASTRUCTURE in actor.privileges:
            placement = self.placement
            body["host"] = placement.host.name if placement.host else None
            body["datastore"] = placement.datastore.name if placement.datastore else None
            body["host_reason"] = placement.reason.message if placement.reason else ""
            body["rejected_hosts"] = [rejection.as_dict() for rejection in placement.rejected]
            body["outranked_hosts"] = [host.name for host, _score in placement.outranked]
        return body

    @property
    def possible(self) -> bool:
        return self.fits == self.wanted.count and not any(line.hard_passed for line in self.limit_lines)

    def problems(self, actor: Any) -> tuple:
        """Why it can't be done as wanted, as reasons for this actor."""
        found = []
        try:
            limits.check(self.limit_lines, sees_all=sees_numbers(actor))
        except LimitExceeded as error:
            found += error.reasons
        if self.fits < self.wanted.count:
            found += no_room(self.placement, self.wanted, self.fits).reasons
        return tuple(found)


def plan(wanted: Wanted, *, with_address: bool = True, admission: Admission | None = None) -> Plan:
    """Work out the plan from what is known now; changes nothing and locks nothing.

    ``admission``: what the limits say, where the caller has locked them.
    """
    placements = place_each([wanted] * wanted.count)
    prices = prices_in_force()
    amounts = wanted.amounts
    if admission is None:
        admission = admission_of(place_of(wanted.virtual_datacenter), amounts)
    return Plan(
        wanted=wanted,
        placement=placements[0],
        fits=sum(1 for placement in placements if placement.host),
        address=preview_address(wanted.network) if wanted.network and with_address else None,
        limit_lines=admission.lines,
        quote=quote(prices, vcpus=amounts.vcpus, memory_mib=amounts.memory_mib, disk_mib=amounts.disk_mib),
    )


def no_room(placement: Placement, wanted: Wanted, fits: int = 0) -> NoPlacement:
    """The error for tenants (one sentence and a remedy), with the host table for administrators inside."""
    if fits:
        message = _("There is room for %(fits)s of the %(count)s machines.") % {
            "fits": fits,
            "count": wanted.count,
        }
    else:
        message = _(
            "No host in %(location)s has room for %(vcpus)s virtual CPUs, "
            "%(memory)s MiB of memory and %(disk)s MiB of disk."
        ) % {
            "location": wanted.virtual_datacenter.datacenter.name,
            "vcpus": wanted.vcpus,
            "memory": wanted.memory_mib,
            "disk": wanted.disk_mib,
        }
    return NoPlacement(
        message,
        remedy=_("Choose a smaller size, undeploy something, or tell your cloud administrator."),
        table=tuple(rejection.as_dict() for rejection in placement.rejected),
    )


def place_each(machines: Sequence[Wanted]) -> list[Placement]:
    """One placement per machine of one location, each taking its room before the next is placed; it ends
    with the first that finds none."""
    rooms = rooms_of(machines[0].virtual_datacenter.datacenter_id)
    placements = []
    for wanted in machines:
        placement = place(rooms, wanted.demand)
        placements.append(placement)
        if placement.host is None:
            break
        taken = placement.host.with_machine(wanted.demand, placement.datastore.id)
        rooms = [taken if room.id == taken.id else room for room in rooms]
    return placements
