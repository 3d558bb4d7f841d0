"""What making something of a blueprint would come to: candidates, limits before and after, and the price.

Reads only. ``materialising`` validates again under locks and does exactly this, or refuses.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from billing.quotes import Quote, quote
from billing.services import prices_in_force
from catalogue.models import BlueprintVersion
from compute.blueprints.resolving import MachineOrder, Resolution, resolve, summed
from compute.blueprints.target import Choices, Target
from compute.models import VirtualDatacenter
from compute.placement import Placement
from compute.services.blueprints.reading import target_of
from compute.services.planning import Wanted, no_room, place_each
from core.errors import LimitExceeded, NoPlacement, Reason
from infrastructure.services import Admission, Place, admission_of, place_of, sees_numbers
from networking.models import Network
from tenants import limits
from tenants.limits import Amounts


@dataclass(frozen=True)
class Validation:
    """``starts``: whether the machines are to be deployed as well; the amounts are what that holds.

    Limits are asked for all that would be held: networks, and the machines once they are deployed.
    """

    version: BlueprintVersion
    virtual_datacenter: VirtualDatacenter
    target: Target
    resolution: Resolution
    starts: bool
    amounts: Amounts
    admission: Admission
    quote: Quote
    placements: tuple[Placement, ...]

    @property
    def fits(self) -> int:
        return sum(1 for placement in self.placements if placement.host)

    @property
    def possible(self) -> bool:
        hard = any(line.hard_passed for line in self.admission.lines)
        return not self.resolution.errors and not hard and (not self.starts or self._all_fit)

    @property
    def _all_fit(self) -> bool:
        return self.fits == len(self.resolution.machines)

    @property
    def fingerprint(self) -> str:
        """Names what somebody agrees to: what is made, what is taken for it, the price, limits passed."""
        found = self.resolution
        agreed = [
            self.virtual_datacenter.pk,
            self.version.pk,
            [[question.key, question.chosen.id if question.chosen else None] for question in found.questions],
            len(found.machines),
            str(self.quote.per_hour),
            self.quote.currency,
            self.starts,
            [(line.level, line.resource) for line in self.admission.lines if line.soft_passed],
        ]
        return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()[:32]

    def problems(self, actor: Any) -> tuple[Reason, ...]:
        """Why it can't be done: what the selectors found, then limits, then room, for this actor."""
        found = list(self.resolution.errors)
        try:
            limits.check(self.admission.lines, sees_all=sees_numbers(actor))
        except LimitExceeded as error:
            found += error.reasons
        if self.starts and self.resolution.machines and not self._all_fit:
            found += self.no_room().reasons
        return tuple(found)

    def no_room(self) -> NoPlacement:
        """The error for the first machine that finds no host, with the table of hosts inside."""
        order = self.resolution.machines[len(self.placements) - 1]
        return no_room(self.placements[-1], _wanted(self.virtual_datacenter, None, order))

    def as_dict(self, actor: Any) -> dict[str, Any]:
        """As the panel of plans shows it."""
        lines = self.admission.lines
        return {
            "fingerprint": self.fingerprint,
            "count": len(self.resolution.machines),
            "networks": [order.name for order in self.resolution.new_networks],
            "name": self.resolution.name,
            "possible": self.possible,
            "passes_soft": any(line.soft_passed for line in lines),
            "location": self.virtual_datacenter.datacenter.name,
            "virtual_datacenter": self.virtual_datacenter.name,
            "public_ips": self.resolution.public_ips,
            "limits": [line.as_dict() for line in lines if line.visible or sees_numbers(actor)],
            "price": self.quote.as_dict(),
            "problems": [reason.as_dict() for reason in self.problems(actor)],
            "warnings": [reason.as_dict() for reason in self.resolution.warnings],
        }


def validate_blueprint(
    *,
    actor: Any,
    version: BlueprintVersion,
    virtual_datacenter: VirtualDatacenter,
    choices: Choices | None = None,
    starts: bool = True,
    admits: Place | None = None,
) -> Validation:
    """Work out what would be made; changes nothing and locks nothing.

    ``admits`` is the place whose limits the caller has locked. The caller found version and virtual
    datacenter through ``visible_to``. Raises Invalid for content this server can't read.
    """
    vdc = virtual_datacenter
    target = target_of(actor, version.blueprint, vdc)
    resolution = resolve(
        version.read_content, target, choices or Choices(), proposed_name=version.blueprint.name
    )
    total = summed(resolution.machines)
    amounts = Amounts(networks=len(resolution.new_networks), **(total if starts else {}))
    # New networks are of the same service type as the default one: hosts are asked for that.
    network = Network.objects.filter(virtual_datacenter_id=vdc.pk, is_default=True).first()
    wanted = [_wanted(vdc, network, order) for order in resolution.machines]
    return Validation(
        version=version,
        virtual_datacenter=vdc,
        target=target,
        resolution=resolution,
        starts=starts,
        amounts=amounts,
        admission=admission_of(admits or place_of(vdc), amounts),
        quote=quote(
            prices_in_force(),
            vcpus=total["vcpus"],
            memory_mib=total["memory_mib"],
            disk_mib=total["disk_mib"],
        ),
        placements=tuple(place_each(wanted)) if wanted and starts else (),
    )


def _wanted(vdc: VirtualDatacenter, network: Network | None, order: MachineOrder) -> Wanted:
    return Wanted(
        virtual_datacenter=vdc,
        vcpus=order.vcpus,
        memory_mib=order.memory_mib,
        disk_mib=order.disk_mib,
        network=network,
    )
